import { describe, expect, it } from 'vitest';
import { hasPast } from './has-past.ts';
import { isOwnStanding } from './is-own-standing.ts';
import type { Standing } from './standing.ts';

const own: Standing = {
  player_id: 'me',
  username: 'pia',
  display_name: 'Pia',
  avatar_url: null,
  position: 3,
  rank: 2,
  score: 50,
  reached_at: '2026-11-22T10:00:00Z',
  tier: null,
  movement: null,
  is_anonymous: false,
  is_tied: false,
};
const anonymous = { ...own, is_anonymous: true };
const nameless = { ...anonymous, player_id: 'nobody', reached_at: '2026-11-22T10:00:00+00:00' };

describe('the own row', () => {
  it('is identified by the player, wherever it has moved to', () => {
    expect(isOwnStanding({ ...own, position: 9 }, own)).toBe(true);
    expect(isOwnStanding({ ...own, player_id: 'other' }, own)).toBe(false);
    expect(isOwnStanding(own, null)).toBe(false);
  });

  it('of an anonymous player is identified by position and score', () => {
    expect(isOwnStanding(nameless, anonymous)).toBe(true);
  });

  it('is not another player who takes that position', () => {
    expect(isOwnStanding({ ...nameless, score: 51 }, anonymous)).toBe(false);
    expect(isOwnStanding({ ...nameless, reached_at: '2026-11-22T10:00:01Z' }, anonymous)).toBe(false);
    expect(isOwnStanding({ ...nameless, is_anonymous: false }, anonymous)).toBe(false);
    expect(isOwnStanding(nameless, own)).toBe(false);
  });
});

describe('the past of a board', () => {
  const board = { starts_at: null, as_of: '2026-11-22T12:00:00Z' };
  const moved = [own, { movement: 0 }];

  it('begins as soon as one of its players has one', () => {
    expect(hasPast({ board, standings: [] }, 'day')).toBe(false);
    expect(hasPast({ board, standings: [own] }, 'day')).toBe(false);
    expect(hasPast({ board, standings: moved }, 'day')).toBe(true);
  });

  it('is as long as its period', () => {
    const today = { ...board, starts_at: '2026-11-22T00:00:00Z' };
    expect(hasPast({ board: today, standings: moved }, 'day')).toBe(false);
    expect(hasPast({ board: today, standings: moved }, 'hour')).toBe(true);
    const yesterday = { ...board, starts_at: '2026-11-21T12:00:00Z' };
    expect(hasPast({ board: yesterday, standings: moved }, 'day')).toBe(true);
    expect(hasPast({ board: yesterday, standings: moved }, 'week')).toBe(false);
  });

  it('reaches to the last refresh from the first moment on', () => {
    expect(hasPast({ board: { ...board, starts_at: board.as_of }, standings: moved }, 'refresh')).toBe(true);
  });
});
