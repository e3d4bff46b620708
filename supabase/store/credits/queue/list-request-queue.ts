import { requestQueueSchema } from '#domain/credits/request-queue-schema.ts';
import type { CreditRequestState } from '#domain/credits/vocabulary.ts';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';

/** Filters of the queue; text is searched in the reason and in the requester's name. */
export interface RequestFilter {
  credit_type?: string | undefined;
  amount_min?: number | undefined;
  amount_max?: number | undefined;
  created_before?: string | undefined;
  player_id?: string | undefined;
  username?: string | undefined;
  approver_id?: string | undefined;
  /** The username of somebody who decided on it. */
  approver?: string | undefined;
  text?: string | undefined;
}

/**
 * Requests that the caller may see, with what an approver needs to decide: pending ones oldest first, others
 * newest first (state null: of every state). `after` takes the `next_cursor` of the previous page.
 */
export async function listRequestQueue(
  client: StoreClient,
  args: {
    state: CreditRequestState | null;
    filter?: RequestFilter;
    after?: string | undefined;
    max_rows?: number;
  },
) {
  return toValue(await client.rpc('list_request_queue', args), requestQueueSchema);
}
