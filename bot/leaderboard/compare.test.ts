import { expect, test } from 'vitest';
import { createRig, player } from '../testing/interaction-rig.ts';
import { compare } from './compare.ts';

const other = 'b0000000-0000-4000-8000-000000000001';

test.each([
  ['board_not_found', 'This board does not exist.', 'See the list of boards.'],
  ['not_comparable', 'These two players cannot be compared.', 'Choose two different players.'],
])('players who cannot be compared are told why: %s', async (details, message, hint) => {
  const { context } = createRig({
    compare_players: () => Response.json({ code: 'DS404', message, details, hint }, { status: 404 }),
  });
  const reply = await compare.execute(
    {
      kind: 'command',
      id: '111111111111111111',
      token: 'token',
      guild_id: null,
      user: { id: '222222222222222222', username: player.username },
      locale: 'en-US',
      name: 'compare',
      options: { player: other, board: 'nope' },
      target_id: null,
    },
    context,
  );
  expect(reply.outcome).toBe('refused');
  const text = JSON.stringify(reply);
  for (const part of [details, message, hint]) expect(text).toContain(part);
});
