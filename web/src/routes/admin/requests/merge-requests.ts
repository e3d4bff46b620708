import type { CreditRequest } from '#domain/credits/credit-request.ts';
import type { QueuedRequest } from '#domain/credits/request-queue.ts';

/** A request as a message tells it: what is known of the requester comes with a read. */
export type ToldRequest = CreditRequest & Partial<Pick<QueuedRequest, 'requester'>>;

/**
 * Merges a list that was read with messages received since: rows missing from the read are inserted in order, and
 * the later state of a row wins.
 */
export function mergeRequests(
  read: readonly QueuedRequest[],
  told: ReadonlyMap<string, ToldRequest>,
  isOldestFirst: boolean,
): readonly QueuedRequest[] {
  const readIds = new Set(read.map((request) => request.id));
  const current = read.map((request) => laterOf(request, told.get(request.id)));
  const besides = [...told.values()].filter((request) => !readIds.has(request.id)).map(toQueued);
  const order = isOldestFirst ? 1 : -1;
  return besides.length === 0
    ? current
    : [...besides, ...current].sort((one, other) => order * compareAge(one, other));
}

/**
 * A request closes once and for good, decisions are not withdrawn, and a delivered message stays delivered.
 */
function laterOf(read: QueuedRequest, told: ToldRequest | undefined): QueuedRequest {
  if (!told) return read;
  const isLater =
    read.closed_at !== null
      ? read.requester_notice === null && told.requester_notice !== null
      : told.closed_at !== null || told.decisions.length > read.decisions.length;
  return isLater ? { ...told, requester: read.requester } : read;
}

const toQueued = (told: ToldRequest): QueuedRequest => ({ ...told, requester: told.requester ?? null });

function compareAge(one: CreditRequest, other: CreditRequest): number {
  return Date.parse(one.created_at) - Date.parse(other.created_at);
}
