import { logFailure } from '#domain/platform/log.ts';
import { ProblemError, toProblemResponse } from './problem.ts';

/** What is said of a fault: nothing about where it came from. */
interface Fault {
  status: number;
  code: string;
  title: string;
  detail: string;
}

/**
 * An edge function of a single route. What `answer` refuses by throwing a ProblemError is answered as a problem
 * document; anything else that it throws is logged with the request's id, and answered as the given fault.
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
