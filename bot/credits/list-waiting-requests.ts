import type { CreditRequest } from '#domain/credits/credit-request.ts';
import { listRequestQueue } from '#store/credits/queue/list-request-queue.ts';
import type { InteractionContext } from '../interactions/command.ts';

const readCountMax = 100;

export interface WaitingRequests {
  /** Oldest first. */
  requests: CreditRequest[];
  /** The number of all waiting requests; the list above may hold only the first of them. */
  waitingCount: number;
}

/**
 * The requests that wait for a decision.
 * @param text only those whose requester or reason contains it
 */
export async function listWaitingRequests(
  context: InteractionContext,
  text?: string,
): Promise<WaitingRequests> {
  const { requests, counts } = await listRequestQueue(context.store, {
    state: 'pending',
    max_rows: readCountMax,
    ...(text ? { filter: { text } } : {}),
  });
  return { requests, waitingCount: counts.pending };
}
