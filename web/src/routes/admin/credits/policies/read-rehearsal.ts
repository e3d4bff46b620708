import type { PolicyPreview } from '#store/credits/policies/preview-credit-policy.ts';

/** A replay, with what was filled in. */
export interface Rehearsal extends PolicyPreview {
  fields: Record<string, string>;
}

const isRehearsal = (result: object): result is Rehearsal => 'differing' in result && 'fields' in result;

/** The replay that an action came back with; undefined if it was another answer. */
export function readRehearsal(result: unknown): Rehearsal | undefined {
  return typeof result === 'object' && result !== null && isRehearsal(result) ? result : undefined;
}
