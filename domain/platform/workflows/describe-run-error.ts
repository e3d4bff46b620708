import { redactText } from './redact-text.ts';

/** Why a run or a step failed, in the words of the error. Without a stack: it says nothing to an operator. */
interface RunError {
  name: string;
  message: string;
  cause?: RunError;
}

const messageLengthMax = 2_000;
const causesMax = 4;

/** Describes an error, or what is left of one after it was sent as JSON, with its causes. */
export function describeRunError(error: unknown, depth = 0): RunError {
  const fields = new Map<string, unknown>();
  if (typeof error === 'object' && error !== null) {
    for (const field of ['name', 'message', 'error', 'cause'] as const) {
      if (field in error) fields.set(field, Reflect.get(error, field));
    }
  }
  const message = fields.get('message') ?? fields.get('error') ?? (fields.size === 0 ? error : '');
  const cause = fields.get('cause');
  return {
    name: shorten(fields.get('name') ?? 'Error'),
    message: shorten(message),
    ...(cause !== undefined && cause !== null && depth < causesMax
      ? { cause: describeRunError(cause, depth + 1) }
      : {}),
  };
}

function shorten(text: unknown): string {
  const whole = typeof text === 'string' ? text : (JSON.stringify(text) ?? String(text));
  const cut = whole.length > messageLengthMax ? `${whole.slice(0, messageLengthMax)}…` : whole;
  return redactText(cut);
}
