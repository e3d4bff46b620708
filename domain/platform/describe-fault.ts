import { z } from 'zod';

/** What a log says of something that was thrown. */
export interface FaultDescription {
  name: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: FaultDescription;
}

/** Answers of a database and of other services that were thrown as they came. */
const answerSchema = z.object({ message: z.string(), code: z.coerce.string().optional() });
const causesMax = 5;

/**
 * Describes a fault and its causes for a log. Of what is no Error only the code and the message: the rest may hold
 * what people wrote.
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
