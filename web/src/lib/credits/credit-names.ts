import type { CreditRequest } from '#domain/credits/credit-request.ts';
import { isolate } from '#domain/platform/text/isolate.ts';

/** What a credit type is called. */
export const creditNames: Record<CreditRequest['credit_type'], string> = { ai: 'AI', lead: 'Lead' };

/** Where a request was made, or decided. Other sources are named as they are. */
const sourceNames: Record<string, string> = { web: 'the web', discord: 'Discord', api: 'the API' };
export const nameSource = (source: string): string => sourceNames[source] ?? source;

/** What the state of a request is called. */
export const requestStateNames: Record<CreditRequest['state'], string> = {
  pending: 'Waiting',
  approved: 'Approved',
  rejected: 'Rejected',
  cancelled: 'Cancelled',
  expired: 'Expired',
};

/** Whose wish it is, as the verb of a line: the player's own, or an admin's for the player. */
export function nameRequester({ kind, proposed_by_name }: CreditRequest): string {
  if (kind === 'grant') return `grant proposed by ${isolate(proposed_by_name ?? '')}`;
  return kind === 'reversal' ? `taking back proposed by ${isolate(proposed_by_name ?? '')}` : 'requested';
}
