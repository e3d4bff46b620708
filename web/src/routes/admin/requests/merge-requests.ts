import type { CreditRequest } from '#domain/credits/credit-request.ts';

/**
 * Merges a list that was read with messages received since: rows missing from the read are inserted in order,
 * newest first, and the later state of a row wins.
 */
export function mergeRequests(
  read: readonly CreditRequest[],
  told: ReadonlyMap<string, CreditRequest>,
): readonly CreditRequest[] {
  const readIds = new Set(read.map((request) => request.id));
  const current = read.map((request) => laterOf(request, told.get(request.id)));
  const besides = [...told.values()].filter((request) => !readIds.has(request.id));
  return besides.length === 0 ? current : [...besides, ...current].sort(compareAge);
}

/**
 * A request closes once and for good, decisions are not withdrawn, and a delivered message stays delivered.
 */
function laterOf(read: CreditRequest, told: CreditRequest | undefined): CreditRequest {
  if (!told) return read;
  if (read.closed_at !== null) return read.requester_notice === null && told.requester_notice ? told : read;
  return told.closed_at !== null || told.decisions.length > read.decisions.length ? told : read;
}

function compareAge(one: CreditRequest, other: CreditRequest): number {
  return Date.parse(other.created_at) - Date.parse(one.created_at);
}
