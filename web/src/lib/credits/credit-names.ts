import type { CreditRequest } from '#domain/credits/credit-request.ts';

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
