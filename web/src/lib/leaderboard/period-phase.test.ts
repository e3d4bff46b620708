import { expect, test } from 'vitest';
import { findPhase } from './period-phase.ts';

const now = Date.parse('2026-12-01T00:10:00Z');

test.each([
  ['upcoming', '2027-01-01T00:00:00Z', 'planned'],
  ['open', null, 'running'],
  ['open', '2026-12-01T00:10:00.001Z', 'running'],
  ['open', '2026-12-01T00:10:00Z', 'ended'],
  ['closing', '2026-12-01T00:00:00Z', 'closing'],
  ['closed', '2026-12-01T00:00:00Z', 'final'],
] as const)('%s until %s is %s', (state, ends_at, phase) => {
  expect(findPhase({ state, ends_at }, now)).toBe(phase);
});
