import { expect, test } from 'vitest';
import { describeChange } from './describe-change.ts';

test('only what differs is told', () => {
  expect(describeChange({ role: 'player', is_ranked: true }, { role: 'manager', is_ranked: true })).toEqual([
    'role: player → manager',
  ]);
});

test('what is added has no arrow, what is removed leads to none', () => {
  expect(describeChange(null, { reason: 'A typo', player_id: 'x' })).toEqual(['reason: A typo']);
  expect(describeChange({ left_at: '2026-01-01' }, { left_at: null })).toEqual([
    'left at: 2026-01-01 → none',
  ]);
});

test('a long entry is cut', () => {
  const after = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`field_${index}`, index]));
  expect(describeChange(null, after)).toHaveLength(6);
});

test('a value that is no object is told too', () => {
  expect(describeChange(null, 12)).toEqual(['value: 12']);
  expect(describeChange('open', 'closed')).toEqual(['value: open → closed']);
});
