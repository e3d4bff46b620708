import { expect, test } from 'vitest';
import type { CreditDecision, CreditRequest } from '#domain/credits/credit-request.ts';
import { makeCreditRequest } from '#domain/credits/testing/make-credit-request.ts';
import { mergeRequests } from './merge-requests.ts';

/** A request created in the given minute. */
function make(minute: number, changes: Partial<CreditRequest> = {}): CreditRequest {
  return makeCreditRequest({
    id: `request-${minute}`,
    created_at: `2026-11-28T10:${minute}:00.000Z`,
    approvals_needed: 2,
    ...changes,
  });
}

const decision: CreditDecision = {
  decision: 'approve',
  decided_by: 'max',
  decided_by_name: 'Max',
  on_behalf_of_name: null,
  decided_at: '2026-11-28T11:00:00.000Z',
  comment: null,
  source: 'web',
  is_final: false,
  is_automatic: false,
  is_fallback: false,
};
const closed = { state: 'approved', closed_at: '2026-11-28T11:00:00.000Z' } as const;

const tell = (...requests: CreditRequest[]) => new Map(requests.map((request) => [request.id, request]));

test('a request decided here keeps its place when the read no longer includes it', () => {
  const read = [make(30), make(10)];
  const merged = mergeRequests(read, tell(make(20, closed)));
  expect(merged.map(({ id, state }) => `${id} ${state}`)).toEqual([
    'request-30 pending',
    'request-20 approved',
    'request-10 pending',
  ]);
});

test('requests that arrive during a read are on top', () => {
  expect(mergeRequests([make(10)], tell(make(30))).map(({ id }) => id)).toEqual(['request-30', 'request-10']);
});

test('a read from before a decision does not reopen a request', () => {
  expect(mergeRequests([make(10)], tell(make(10, closed)))).toEqual([make(10, closed)]);
  const once = make(10, { decisions: [decision] });
  expect(mergeRequests([make(10)], tell(once))).toEqual([once]);
});

test('a message from before the read does not reopen a request either', () => {
  const read = [make(10, closed)];
  expect(mergeRequests(read, tell(make(10)))).toEqual(read);
  const once = [make(10, { decisions: [decision] })];
  expect(mergeRequests(once, tell(make(10)))).toEqual(once);
});

test('the delivery of a message is merged into a request that was read as closed', () => {
  const read = make(1, closed);
  const told = { ...read, requester_notice: 'closed' as const };
  expect(mergeRequests([read], new Map([[told.id, told]]))).toEqual([told]);
  expect(mergeRequests([told], new Map([[read.id, read]]))).toEqual([told]);
});
