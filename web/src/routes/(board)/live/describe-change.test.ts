import { describe, expect, it } from 'vitest';
import { makeBoard } from '#domain/leaderboard/testing/make-board.ts';
import { makeStanding } from '#domain/leaderboard/testing/make-standing.ts';
import { describeChange } from './describe-change.ts';

const page = (version: number, ...standings: ReturnType<typeof makeStanding>[]) => ({
  board: makeBoard({ version }),
  standings,
  next_cursor: null,
});
const ada = makeStanding(1, { player_id: 'ada', score: 900 });
const max = makeStanding(2, { player_id: 'max', score: 800 });
const before = page(1, ada, max);

describe('what a refresh changed', () => {
  it('is what each player gained, and who took the lead', () => {
    const winner = { ...max, position: 1, score: 3_800 };
    const change = describeChange(before, page(2, winner, { ...ada, position: 2 }));
    expect([...(change?.gains ?? [])]).toEqual([['max', 3_000]]);
    expect(change?.leader).toBe(winner);
  });

  it('says nothing about a lead that stays, or about players who are new on the page or lost points', () => {
    const change = describeChange(before, page(2, ada, { ...max, score: 700 }, makeStanding(3)));
    expect(change).toEqual({ gains: new Map(), leader: null });
  });

  it('is nothing between pages of another period, another board, or the same version', () => {
    expect(describeChange(before, page(1, max, ada))).toBeNull();
    expect(
      describeChange(before, { ...page(2, max), board: makeBoard({ version: 2, period_id: 99 }) }),
    ).toBeNull();
    expect(
      describeChange(before, { ...page(2, max), board: makeBoard({ version: 2, slug: 'x' }) }),
    ).toBeNull();
  });
});
