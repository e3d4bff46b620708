import type { CreditRequest } from '#domain/credits/credit-request.ts';
import { listCreditRequests } from '#store/credits/list-credit-requests.ts';
import type { InteractionContext } from '../interactions/command.ts';

const readCountMax = 200;

export interface WaitingRequests {
  /** Oldest first. */
  requests: CreditRequest[];
  /** False if more requests wait than were read; then only the newest were. */
  areAll: boolean;
}

/** The requests that wait for a decision. */
export async function listWaitingRequests(context: InteractionContext): Promise<WaitingRequests> {
  const { requests, next_cursor } = await listCreditRequests(context.store, {
    state: 'pending',
    max_rows: readCountMax,
  });
  return { requests: requests.toReversed(), areAll: next_cursor === null };
}
