import { isolate } from '../platform/text/isolate.ts';
import type { CreditRequest } from './credit-request.ts';
import type { TransferKind } from './vocabulary.ts';

/** The name of a credit type. */
export const creditNames: Record<CreditRequest['credit_type'], string> = { ai: 'AI', lead: 'Lead' };

/** The name of a request's state. */
export const requestStateNames: Record<CreditRequest['state'], string> = {
  pending: 'Waiting',
  approved: 'Approved',
  rejected: 'Rejected',
  cancelled: 'Cancelled',
  expired: 'Expired',
};

/** Where a request was created or decided. Other sources keep their own name. */
const sourceNames: Record<string, string> = { web: 'the web', discord: 'Discord', api: 'the API' };
export const nameSource = (source: string): string => sourceNames[source] ?? source;

/** The verb of a request's line: the player's own request, or an admin's proposal for the player. */
export function nameRequester({ kind, proposed_by_name }: CreditRequest): string {
  if (kind === 'grant') return `grant proposed by ${isolate(proposed_by_name ?? '')}`;
  return kind === 'reversal' ? `taking back proposed by ${isolate(proposed_by_name ?? '')}` : 'requested';
}

/** What a transfer did. */
export const transferKindNames: Record<TransferKind, string> = {
  grant: 'Grant',
  spend: 'Spend',
  hold: 'Hold',
  release: 'Release of a hold',
  capture: 'Posting of a hold',
  expire: 'Expiry',
  reversal: 'Reversal',
  revoke: 'Taken back',
};
