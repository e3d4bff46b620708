import { describe, expect, test } from 'vitest';
import type { BoardPage, Standing } from '#domain/leaderboard/standing.ts';
import { makeBoard } from '#domain/leaderboard/testing/make-board.ts';
import { makeStanding } from '#domain/leaderboard/testing/make-standing.ts';
import { messageLimits } from '../platform/message.ts';
import { measureMessage, readAnswer } from '../testing/measure-message.ts';
import {
  buildLeaderboardMessage,
  buildSharedLeaderboardMessage,
  formatStandingLine,
} from './leaderboard-message.ts';

function makePage(positions: number[], player_count: number, overrides: Partial<Standing> = {}): BoardPage {
  return {
    board: makeBoard({ ends_at: '2026-12-01T00:00:00Z', player_count }),
    standings: positions.map((position) => makeStanding(position, overrides)),
    next_cursor: null,
  };
}

const upcoming = (starts_at: string | null): BoardPage => {
  const page = makePage([], 0);
  return { ...page, board: { ...page.board, kind: 'season', state: 'upcoming', period_id: null, starts_at } };
};

const view = { own: null, webUrl: 'http://web', locale: 'en-US' };
const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

function listButtons(page: BoardPage): Record<string, boolean> {
  const text = readAnswer(buildLeaderboardMessage({ ...view, page }));
  const buttons = [...text.matchAll(/"label":"([^"]+)","custom_id":"[^"]+","disabled":(true|false)/g)];
  return Object.fromEntries(buttons.map(([, label = '', disabled]) => [label, disabled === 'true']));
}

describe('the buttons of a page', () => {
  test('lead nowhere before the first page', () => {
    expect(listButtons(makePage(range(1, 10), 25))).toMatchObject({
      '‹ Prev': true,
      '1–10 of 25': true,
      'Next ›': false,
      'Around me': false,
      Share: false,
    });
  });

  test('lead nowhere after the last page', () => {
    expect(listButtons(makePage(range(21, 25), 25))).toMatchObject({ '‹ Prev': false, 'Next ›': true });
  });

  test('carry the position to start from, each its own custom_id', () => {
    const { custom_ids } = measureMessage(
      buildLeaderboardMessage({ ...view, page: makePage(range(11, 20), 25) }),
    );
    expect(custom_ids).toEqual([
      'lb:v1:all-time:1:prev',
      'lb:v1:all-time:11:here',
      'lb:v1:all-time:21:next',
      'lb:v1:all-time:me:me',
      'lb-share:v1:all-time:11',
    ]);
  });
});

test("counts use the reader's locale and a singular for one", () => {
  const page = makePage(range(1_041, 1_050), 1_060);
  expect(Object.keys(listButtons(page))).toContain('1,041–1,050 of 1,060');
  expect(readAnswer(buildLeaderboardMessage({ ...view, page: makePage([1], 1) }))).toContain('1 player ·');
});

test('the movement window is named where players can have moved', () => {
  const show = (page: BoardPage) => readAnswer(buildLeaderboardMessage({ ...view, page }));
  const page = makePage([1, 2], 2, { movement: 1 });
  expect(show(page)).toContain('▲▼ since yesterday');
  const today = { ...page, board: { ...page.board, starts_at: '2026-11-22T00:00:00Z' } };
  expect(show(today)).not.toContain('▲');
});

test('a board without players states that and has no links', () => {
  const page = makePage([], 0);
  expect(readAnswer(buildLeaderboardMessage({ ...view, page }))).toContain('Nobody is here yet');
  expect(listButtons(page)).toMatchObject({ '‹ Prev': true, '0 of 0': true, 'Next ›': true });
});

describe('a page beyond the last position', () => {
  test('states where the board ends', () => {
    const text = readAnswer(buildLeaderboardMessage({ ...view, page: makePage([], 1_060) }));
    expect(text).toContain('That’s past the end of the board: it has 1,060 players.');
    expect(text).not.toContain('Close a deal');
  });

  test.each([
    [60, 51],
    [61, 61],
    [4, 1],
  ])('leads back to the last page of %s players, and nowhere else', (player_count, last) => {
    const page = makePage([], player_count);
    expect(listButtons(page)).toMatchObject({
      '‹ Prev': false,
      [`0 of ${player_count}`]: true,
      'Next ›': true,
    });
    const { custom_ids } = measureMessage(buildLeaderboardMessage({ ...view, page }));
    expect(custom_ids[0]).toBe(`lb:v1:all-time:${last}:prev`);
    // Sharing shows that page to everyone, not an empty one.
    expect(custom_ids.at(-1)).toBe(`lb-share:v1:all-time:${last}`);
  });
});

test('the viewer is highlighted on the private page and not on the shared one', () => {
  const page = makePage([1, 2], 2);
  const own = makeStanding(2);
  expect(readAnswer(buildLeaderboardMessage({ ...view, page, own }))).toContain('**Player 2** ← you');
  const shared = readAnswer(buildSharedLeaderboardMessage({ ...view, page, own }, 'pia'));
  expect(shared).not.toContain('← you');
  expect(shared).toContain('shared by pia');
});

test.each([
  [0, ''],
  [3, '▲ 3'],
  [-2, '▼ 2'],
  [null, 'new'],
])('a movement of %s is written %s', (movement, text) => {
  const line = formatStandingLine(makeStanding(4, { movement }), { ...view, isYoung: false });
  expect(line).toBe(`**#4** \u2068Player 4\u2069 · 996${text && ` · ${text}`}`);
});

test('viewers who are not on the page see their own rank below it', () => {
  const page = makePage([1, 2], 20);
  const told = (own: number) =>
    readAnswer(buildLeaderboardMessage({ ...view, page, own: makeStanding(own) }));
  expect(told(14)).toContain('You’re **#14** · 986');
  expect(told(2)).not.toContain('You’re');
  expect(
    readAnswer(buildSharedLeaderboardMessage({ ...view, page, own: makeStanding(14) }, 'pia')),
  ).not.toContain('You’re');
});

test('nobody is new on a board younger than the movement window', () => {
  const young = makePage([1, 2], 2, { movement: null });
  expect(readAnswer(buildLeaderboardMessage({ ...view, page: young }))).not.toContain('new');
  const [first] = young.standings;
  const mixed = { ...young, standings: [makeStanding(2), ...(first ? [first] : [])] };
  expect(readAnswer(buildLeaderboardMessage({ ...view, page: mixed }))).toContain('· new');
});

test('tied players share the rank, and the notation is explained', () => {
  const page = makePage([7, 8], 20, { rank: 7, score: 50, is_tied: true });
  const text = readAnswer(buildLeaderboardMessage({ ...view, page }));
  expect(text).toContain('**T7** Player 7 · 50');
  expect(text).toContain('**T7** Player 8 · 50');
  expect(text).toContain('tied');
  expect(readAnswer(buildLeaderboardMessage({ ...view, page: makePage([1], 1) }))).not.toContain('tied');
});

test.each(['*', '😀', '#'])(
  'a full page of the longest names, of %s, stays within the limits',
  (character) => {
    const name = character.repeat(80);
    const { board, ...page } = makePage(range(999_990, 1_000_000), 1_000_000, {
      display_name: name,
      score: Number.MAX_SAFE_INTEGER,
      movement: -999_999,
      tier: 'top_10',
    });
    const longest = { ...view, page: { ...page, board: { ...board, name } } };
    for (const message of [
      buildLeaderboardMessage(longest),
      buildSharedLeaderboardMessage(longest, character.repeat(32)),
    ]) {
      const measured = measureMessage(message);
      expect(measured.component_count).toBeLessThanOrEqual(messageLimits.componentCountMax);
      expect(measured.text_length).toBeLessThanOrEqual(messageLimits.textLengthMax);
      expect(Math.max(...measured.labels.map((label) => label.length))).toBeLessThanOrEqual(80);
    }
  },
);

test('a board before its first season states when it begins', () => {
  const show = (page: BoardPage) => readAnswer(buildLeaderboardMessage({ ...view, page }));
  expect(show(upcoming('2026-12-01T00:00:00Z'))).toContain('The next season begins <t:1796083200:R>.');
  expect(show(upcoming(null))).toContain('The next season isn’t planned yet.');
  expect(show(upcoming(null))).not.toContain('Nobody is here');
});
