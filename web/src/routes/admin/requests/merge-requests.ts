import type { CreditRequest } from '#domain/credits/credit-request.ts';

/**
 * A list as it was read, with what was told since: rows that the reading no longer or not yet has stand where they
 * belong, newest first, and of a row that is in both the later state counts.
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

/** A request is closed once and for good, nobody's word on it is taken back, and a message that arrived has arrived. */
function laterOf(read: CreditRequest, told: CreditRequest | undefined): CreditRequest {
  if (!told) return read;
  if (read.closed_at !== null) return read.requester_notice === null && told.requester_notice ? told : read;
  return told.closed_at !== null || told.decisions.length > read.decisions.length ? told : read;
}

function compareAge(one: CreditRequest, other: CreditRequest): number {
  return Date.parse(other.created_at) - Date.parse(one.created_at);
}
