import { logFailure } from '#domain/platform/log.ts';
import { ProblemError, toProblemResponse } from './problem.ts';

/** The answer to a fault. It reveals nothing about the cause. */
interface Fault {
  status: number;
  code: string;
  title: string;
  detail: string;
}

/**
 * Creates an edge function with a single route. A ProblemError that `answer` throws becomes a problem document.
 * Any other error is logged with the request id and answered with the given fault.
 */
export function serveRequests(answer: (request: Request) => Promise<Response>, fault: Fault) {
  return {
    async fetch(request: Request): Promise<Response> {
      const requestId = crypto.randomUUID();
      try {
        return await answer(request);
      } catch (error) {
        if (error instanceof ProblemError) return toProblemResponse(error, requestId);
        logFailure(fault.title, error, { request_id: requestId });
        return toProblemResponse(new ProblemError(fault), requestId);
      }
    },
  };
}
