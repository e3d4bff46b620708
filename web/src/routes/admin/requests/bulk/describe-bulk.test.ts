import { expect, test } from 'vitest';
import { describeBulk } from './describe-bulk.ts';
import type { ShownBulk } from './parse-bulk-decision.ts';

const none = { approved: 0, rejected: 0, first_approved: 0, refused: 0, skipped: 0, amounts: {} };
const make = (totals: Partial<ShownBulk['totals']>, changes: Partial<ShownBulk> = {}): ShownBulk => ({
  bulk_id: null,
  decision: 'approve',
  mode: 'continue',
  is_preview: true,
  undo_until: null,
  undone_at: null,
  results: [],
  totals: { ...none, ...totals },
  ...changes,
});

test('a preview states what will be paid and who is left out', () => {
  expect(describeBulk(make({ approved: 5, refused: 1, amounts: { ai: 1200, lead: 50 } }))).toEqual([
    '5 requests will be approved, which pays 1,200 AI and 50 Lead credits.',
    '1 request cannot be decided.',
  ]);
});

test('a result states what happened', () => {
  const done = { is_preview: false, mode: 'stop_at_first' } as const;
  expect(describeBulk(make({ approved: 1, refused: 1, skipped: 3, amounts: { ai: 5 } }, done))).toEqual([
    '1 request approved, which paid 5 AI credits.',
    '1 request cannot be decided.',
    '3 requests were left as they are, after the first that cannot be decided.',
  ]);
  expect(describeBulk(make({ rejected: 2 }, { is_preview: false }))).toEqual(['2 requests rejected.']);
});
