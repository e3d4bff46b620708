import { expect, test } from 'vitest';
import type { CreditDecision, CreditRequest } from '#domain/credits/credit-request.ts';
import type { QueuedRequest } from '#domain/credits/request-queue.ts';
import { makeCreditRequest } from '#domain/credits/testing/make-credit-request.ts';
import { mergeRequests } from './merge-requests.ts';

/** A request created in the given minute. */
function make(minute: number, changes: Partial<CreditRequest> = {}): QueuedRequest {
  return {
    ...makeCreditRequest({
      id: `request-${minute}`,
      created_at: `2026-11-28T10:${minute}:00.000Z`,
      approvals_needed: 2,
      ...changes,
    }),
    requester: null,
  };
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

const merge = (read: QueuedRequest[], told: Parameters<typeof mergeRequests>[1]) =>
  mergeRequests(read, told, false);
const tell = (...requests: CreditRequest[]) => new Map(requests.map((request) => [request.id, request]));

test('a request decided here keeps its place when the read no longer includes it', () => {
  const read = [make(30), make(10)];
  const merged = merge(read, tell(make(20, closed)));
  expect(merged.map(({ id, state }) => `${id} ${state}`)).toEqual([
    'request-30 pending',
    'request-20 approved',
    'request-10 pending',
  ]);
});

test('oldest first, a request that arrives is last', () => {
  const merged = mergeRequests([make(10), make(20)], tell(make(30)), true);
  expect(merged.map(({ id }) => id)).toEqual(['request-10', 'request-20', 'request-30']);
});

test('what is known of the requester outlives a message', () => {
  const requester = {
    balances: { ai: { available: 1, held: 0 }, lead: { available: 0, held: 0 } },
    rank: 3,
    has_left: false,
    earlier: { approved: 0, rejected: 0, pending: 0, others: 0 },
    latest: [],
  };
  const read = { ...make(10), requester };
  expect(merge([read], tell(make(10, closed)))[0]).toMatchObject({ state: 'approved', requester });
});

test('newest first, requests that arrive during a read are on top', () => {
  expect(merge([make(10)], tell(make(30))).map(({ id }) => id)).toEqual(['request-30', 'request-10']);
});

test('a read from before a decision does not reopen a request', () => {
  expect(merge([make(10)], tell(make(10, closed)))).toEqual([make(10, closed)]);
  const once = make(10, { decisions: [decision] });
  expect(merge([make(10)], tell(once))).toEqual([once]);
});

test('a message from before the read does not reopen a request either', () => {
  const read = [make(10, closed)];
  expect(merge(read, tell(make(10)))).toEqual(read);
  const once = [make(10, { decisions: [decision] })];
  expect(merge(once, tell(make(10)))).toEqual(once);
});

test('the delivery of a message is merged into a request that was read as closed', () => {
  const read = make(1, closed);
  const told = { ...read, requester_notice: 'closed' as const };
  expect(merge([read], new Map([[told.id, told]]))).toEqual([told]);
  expect(merge([told], new Map([[read.id, read]]))).toEqual([told]);
});
