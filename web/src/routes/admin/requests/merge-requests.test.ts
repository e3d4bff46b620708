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
  decided_at: '2026-11-28T11:00:00.000Z',
  comment: null,
  source: 'web',
  is_final: false,
  is_fallback: false,
};
const closed = { state: 'approved', closed_at: '2026-11-28T11:00:00.000Z' } as const;

const tell = (...requests: CreditRequest[]) => new Map(requests.map((request) => [request.id, request]));

test('what was decided here stays in its place when the reading no longer has it', () => {
  const read = [make(30), make(10)];
  const merged = mergeRequests(read, tell(make(20, closed)));
  expect(merged.map(({ id, state }) => `${id} ${state}`)).toEqual([
    'request-30 pending',
    'request-20 approved',
    'request-10 pending',
  ]);
});

test('what came while the list was being read is on top', () => {
  expect(mergeRequests([make(10)], tell(make(30))).map(({ id }) => id)).toEqual(['request-30', 'request-10']);
});

test('a reading from before a decision does not open a request again', () => {
  expect(mergeRequests([make(10)], tell(make(10, closed)))).toEqual([make(10, closed)]);
  const once = make(10, { decisions: [decision] });
  expect(mergeRequests([make(10)], tell(once))).toEqual([once]);
});

test('a message from before the reading does not open a request again either', () => {
  const read = [make(10, closed)];
  expect(mergeRequests(read, tell(make(10)))).toEqual(read);
  const once = [make(10, { decisions: [decision] })];
  expect(mergeRequests(once, tell(make(10)))).toEqual(once);
});

test('that a message arrived is taken over by a request that was read closed', () => {
  const read = make(1, closed);
  const told = { ...read, requester_notice: 'closed' as const };
  expect(mergeRequests([read], new Map([[told.id, told]]))).toEqual([told]);
  expect(mergeRequests([told], new Map([[read.id, read]]))).toEqual([told]);
});
