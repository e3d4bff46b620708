import { z } from 'zod';

/** The loggable form of a thrown value. */
export interface FaultDescription {
  name: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: FaultDescription;
}

/** Responses of a database or another service that were thrown as they came. */
const answerSchema = z.object({ message: z.string(), code: z.coerce.string().optional() });
const causesMax = 5;

/**
 * Describes an error and its causes for a log. For values that are not an Error, only the code and message,
 * because the rest may contain user text.
 */
export function describeFault(fault: unknown, depth = 0): FaultDescription {
  const answer = answerSchema.safeParse(fault);
  const code = answer.data?.code && { code: answer.data.code };
  if (!(fault instanceof Error)) {
    return { name: typeof fault, message: answer.data?.message ?? String(fault), ...code };
  }
  const { name, message, stack, cause } = fault;
  return {
    name,
    message,
    ...code,
    ...(stack !== undefined && { stack }),
    ...(cause !== undefined && depth < causesMax && { cause: describeFault(cause, depth + 1) }),
  };
}
