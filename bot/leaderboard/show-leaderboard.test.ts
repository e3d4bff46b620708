import { expect, test } from 'vitest';
import type { Standing } from '#domain/leaderboard/standing.ts';
import { makeBoard } from '#domain/leaderboard/testing/make-board.ts';
import { makeStanding } from '#domain/leaderboard/testing/make-standing.ts';
import { createRig, player, type Rpc } from '../testing/interaction-rig.ts';
import { readAnswer } from '../testing/measure-message.ts';
import { showLeaderboard } from './show-leaderboard.ts';

const interaction = { user: { id: '222222222222222222' }, locale: 'en-US' };
const { player_id } = player;

const board = makeBoard();
const notFound: Rpc = () =>
  Response.json(
    { code: 'DS404', message: 'This board does not exist.', details: 'board_not_found', hint: '' },
    { status: 404 },
  );
const readBoard =
  (standings: Standing[]): Rpc =>
  () => ({ board, standings, next_cursor: null });

async function show(from: number | 'me', rpcs: Record<string, Rpc>) {
  const { context } = createRig({ get_standing: () => null, ...rpcs });
  const { message, outcome } = await showLeaderboard(interaction, { board: 'all-time', from }, context);
  return { text: readAnswer(message), outcome };
}

test('anonymous players find their own row highlighted, and nobody else does', async () => {
  const nameless = makeStanding(2, { display_name: 'Anonymous player', username: null, is_anonymous: true });
  const own = makeStanding(2, { player_id, is_anonymous: true, display_name: 'Pia' });
  const rpcs = { get_board_page: readBoard([makeStanding(1), nameless]), get_standing: () => own };
  expect((await show(1, rpcs)).text).toContain('**#2** **Anonymous player** ← you');
  expect((await show(1, { ...rpcs, get_standing: () => ({ ...own, score: 1 }) })).text).not.toContain('you');
});

test('shows the players directly above and below me, no matter which page they are on', async () => {
  const positions = Array.from({ length: 11 }, (_, index) => 18 + index);
  const neighbours = positions.map((position) =>
    makeStanding(position, position === 23 ? { player_id } : {}),
  );
  const asked: unknown[] = [];
  const around: Rpc = (args) => {
    asked.push(args);
    return neighbours;
  };
  const { text } = await show('me', {
    get_board_page: readBoard([makeStanding(1)]),
    get_standings_around: around,
  });
  expect(asked).toEqual([{ board: 'all-time', player_id, each_side: 5, movement: 'day' }]);
  expect(text).toContain('**#18** Player 18');
  expect(text).toContain('**#23** **Player 23** ← you');
  expect(text).toContain('**#28** Player 28');
  expect(text).toContain('"lb:v1:all-time:8:prev"');
  expect(text).toContain('"lb:v1:all-time:29:next"');
});

test('players who are unranked or unlinked, or name no board, are told what to do', async () => {
  const rpcs = { get_board_page: readBoard([makeStanding(1)]), get_standings_around: () => null };
  const notYet = await show('me', rpcs);
  expect(notYet).toMatchObject({ outcome: 'refused', text: expect.stringContaining('Close a deal') });
  const stranger = await show('me', { ...rpcs, find_player_by_discord: () => null });
  expect(stranger.text).toContain('http://web');
  // The answer may have replaced a board page.
  for (const { text } of [notYet, stranger]) expect(text).toContain('"lb:v1:all-time:1:top"');
  const nowhere = await show('me', { get_board_page: notFound, get_standings_around: notFound });
  expect(nowhere.text).toContain('Board not found');
});
