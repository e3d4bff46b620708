import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareStandings, type Ordered } from './compare-standings.ts';

const early = '2026-11-22T10:00:00.000001+00:00';
const late = '2026-11-22T10:00:00.000002+00:00';

describe('the order of a board', () => {
  it('puts the higher score first', () => {
    const a = { score: 20, reached_at: late, player_id: 'b' };
    const b = { score: 10, reached_at: early, player_id: 'a' };
    expect(compareStandings(a, b)).toBeLessThan(0);
    expect(compareStandings(b, a)).toBeGreaterThan(0);
  });

  it('puts who reached the same score first in front, to the microsecond', () => {
    const first = { score: 10, reached_at: early, player_id: 'b' };
    const second = { score: 10, reached_at: late, player_id: 'a' };
    expect(compareStandings(first, second)).toBeLessThan(0);
  });

  it('reads the same moment in two zones as the same', () => {
    const a = { score: 10, reached_at: '2026-11-22T10:00:00Z', player_id: 'a' };
    const b = { score: 10, reached_at: '2026-11-22T11:00:00+01:00', player_id: 'b' };
    expect(compareStandings(a, b)).toBe(-1);
  });

  it('is a total order', () => {
    const standing: fc.Arbitrary<Ordered> = fc.record({
      score: fc.integer({ min: 0, max: 3 }),
      reached_at: fc.constantFrom(early, late, '2026-11-22T10:00:01Z'),
      player_id: fc.uuid(),
    });
    fc.assert(
      fc.property(standing, standing, standing, (a, b, c) => {
        expect(Math.sign(compareStandings(a, b))).toBe(0 - Math.sign(compareStandings(b, a)));
        if (compareStandings(a, b) <= 0 && compareStandings(b, c) <= 0) {
          expect(compareStandings(a, c)).toBeLessThanOrEqual(0);
        }
        if (a.player_id !== b.player_id) expect(compareStandings(a, b)).not.toBe(0);
      }),
    );
  });
});
