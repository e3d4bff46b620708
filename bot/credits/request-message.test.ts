import { describe, expect, test } from 'vitest';
import type { CreditDecision, CreditRequest } from '#domain/credits/credit-request.ts';
import { makeCreditRequest } from '#domain/credits/testing/make-credit-request.ts';
import { messageLimits } from '../platform/message.ts';
import { measureMessage, readAnswer } from '../testing/measure-message.ts';
import {
  buildDecisionMessage,
  buildRequestCard,
  buildRequestReceipt,
  formatBalances,
  formatCredits,
} from './request-message.ts';

const request = makeCreditRequest({
  display_name: 'Pia *Romero*',
  amount: 250,
  reason: 'For @everyone and [a link](https://x)',
});
const decision: CreditDecision = {
  decision: 'approve',
  decided_by: 'b7e0f2b0-1111-4a43-9a53-1d2d5c0f9e11',
  decided_by_name: 'Ada',
  on_behalf_of_name: null,
  decided_at: '2026-11-22T13:00:00Z',
  comment: 'Well\nearned',
  source: 'web',
  is_final: true,
  is_automatic: false,
  is_fallback: false,
};
const approved: CreditRequest = {
  ...request,
  state: 'approved',
  closed_at: decision.decided_at,
  decisions: [decision],
};
const web = 'http://web';

describe('buildRequestCard', () => {
  test('offers Approve and Reject while the request is open', () => {
    const { custom_ids } = measureMessage(buildRequestCard(request, web));
    expect(custom_ids).toEqual([`req-approve:v1:${request.id}`, `req-reject:v1:${request.id}`]);
  });

  test.each(['approved', 'rejected', 'cancelled', 'expired'] as const)(
    'offers nothing once it is %s',
    (state) => {
      const closed = { ...approved, state };
      expect(measureMessage(buildRequestCard(closed, web)).labels).toEqual([]);
    },
  );

  test('names the approver, the time and the reason', () => {
    const text = readAnswer(buildRequestCard(approved, web));
    expect(text).toContain('Approved by **Ada**');
    expect(text).toContain('<t:1795352400:f>');
    expect(text).toContain('> Well\\n> earned');
  });

  test.each([
    ['delivered', 'Notified by direct message'],
    ['closed', 'Takes no direct messages'],
    ['unlinked', 'Not linked to Discord'],
  ] as const)(
    'shows on a closed request whether the player was notified (%s)',
    (requester_notice, expected) => {
      expect(readAnswer(buildRequestCard({ ...approved, requester_notice }, web))).toContain(expected);
      expect(readAnswer(buildRequestCard(approved, web))).not.toContain(expected);
    },
  );

  test.each([
    ['grant', '**Ada \\\\_O\\\\_** wants to grant them to **Pia'],
    ['reversal', '**Ada \\\\_O\\\\_** wants to take them back from **Pia'],
  ] as const)('names the admin who proposed a %s', (kind, expected) => {
    const proposal = { ...request, kind, proposed_by: 'a', proposed_by_name: 'Ada _O_', approvals_needed: 2 };
    expect(readAnswer(buildRequestCard(proposal, web))).toContain(expected);
  });

  test('counts approvals when two are needed', () => {
    const half = { ...request, approvals_needed: 2, decisions: [{ ...decision, is_final: false }] };
    expect(readAnswer(buildRequestCard(half, web))).toContain('1 of 2 approvals');
  });

  test('mentions nobody and shows user text literally', () => {
    const card = buildRequestCard(request, web);
    expect(card.allowed_mentions).toEqual({ parse: [] });
    const text = readAnswer(card);
    expect(text).toContain('Pia \\\\*Romero\\\\*');
    expect(text).not.toContain('@everyone and [a');
  });

  test('stays within the limits with the longest reason and comments', () => {
    const long = '*'.repeat(500);
    const comments = [
      decision,
      { ...decision, comment: '_'.repeat(1_000) },
      { ...decision, comment: '>'.repeat(1_000) },
    ];
    const worst = { ...approved, reason: long, display_name: '#'.repeat(80), decisions: comments };
    for (const message of [
      buildRequestCard(worst, web),
      buildRequestReceipt({ ...worst, replayed: true }, web),
    ]) {
      const measured = measureMessage(message);
      expect(measured.component_count).toBeLessThanOrEqual(messageLimits.componentCountMax);
      expect(measured.text_length).toBeLessThanOrEqual(messageLimits.textLengthMax);
    }
    const balances = { ai: { available: 1e9, held: 1e9 }, lead: { available: 1e9, held: 1e9 } };
    const { text_length } = measureMessage(buildDecisionMessage(worst, balances, web));
    expect(text_length).toBeLessThanOrEqual(messageLimits.textLengthMax);
  });
});

test('the decision message shows the balance', () => {
  const balances = { ai: { available: 350, held: 0 }, lead: { available: 5, held: 2 } };
  const text = readAnswer(buildDecisionMessage(approved, balances, web));
  expect(text).toContain('AI **350** · Lead **5** (2 held)');
});

test('amounts include their unit', () => {
  expect(formatCredits(1, 'ai')).toBe('1 AI credit');
  expect(formatCredits(12_500, 'lead')).toBe('12,500 Lead credits');
  expect(formatCredits(12_500, 'lead', 'de')).toBe('12.500 Lead credits');
});

test('balances name held credits only if there are any', () => {
  const balances = { ai: { available: 1_200, held: 0 }, lead: { available: 30, held: 5 } };
  expect(formatBalances(balances)).toBe('AI **1,200** · Lead **30** (5 held)');
});
