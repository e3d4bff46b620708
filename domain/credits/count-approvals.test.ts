import { expect, test } from 'vitest';
import { countApprovals } from './count-approvals.ts';
import type { CreditDecision, CreditRequest } from './credit-request.ts';
import { makeCreditRequest } from './testing/make-credit-request.ts';

const word: CreditDecision = {
  decision: 'approve',
  decided_by: 'm',
  decided_by_name: 'Max',
  on_behalf_of_name: null,
  decided_at: '2026-11-01T00:00:00Z',
  comment: null,
  source: 'web',
  is_final: false,
  is_automatic: false,
  is_fallback: false,
};

const makeRequest = (changes: Partial<CreditRequest>): CreditRequest =>
  makeCreditRequest({ amount: 600, approvals_needed: 2, ...changes });

test('an open request reports its missing approvals', () => {
  expect(countApprovals(makeRequest({}))).toEqual({ given: 0, missing: 2 });
  expect(countApprovals(makeRequest({ decisions: [word] }))).toEqual({ given: 1, missing: 1 });
});

test('a rejection is not an approval, and a closed request misses none', () => {
  const decisions: CreditDecision[] = [word, { ...word, decision: 'reject', is_final: true }];
  expect(countApprovals(makeRequest({ state: 'rejected', decisions }))).toEqual({ given: 1, missing: 0 });
});
