import type { RunError } from '#store/platform/workflow-run-schema.ts';

/** The message of an error, then those of its causes; each once. */
export function listCauses(error: RunError): string[] {
  const messages: string[] = [];
  for (let cause: RunError | undefined = error; cause; cause = cause.cause) {
    if (!messages.includes(cause.message)) messages.push(cause.message);
  }
  return messages;
}
