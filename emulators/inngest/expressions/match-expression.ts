import type { EventBody } from '../protocol/event.ts';
import { evaluateExpression } from './evaluate.ts';

function isExactlyTrue(evaluate: () => unknown): boolean {
  try {
    return evaluate() === true;
  } catch {
    return false; // a type mismatch is not a match
  }
}

/** Whether a trigger or batch condition holds for an event. A missing expression always holds. */
export function isTriggerMatch(expression: string | null | undefined, event: EventBody): boolean {
  return !expression || isExactlyTrue(() => evaluateExpression(expression, { event }));
}

/**
 * Whether a waiting run takes an event. `event` is the run's own first event, fixed when the wait began; its
 * missing keys are null there, so two sides that both lack a key do match.
 */
export function isWaitMatch(
  expression: string | null,
  event: EventBody | undefined,
  async: EventBody,
): boolean {
  return !expression || isExactlyTrue(() => evaluateExpression(expression, { event, async }, ['event']));
}

/** Flow-control key of an event as text; `null` if it is `false` or cannot be computed. */
export function evaluateKey(expression: string, event: EventBody): string | null {
  try {
    const value = evaluateExpression(expression, { event });
    if (value === false) return null;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  } catch {
    return null;
  }
}
