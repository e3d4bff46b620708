import { expect, test } from 'vitest';
import { createRig } from '../testing/interaction-rig.ts';
import { makeCommand } from '../testing/make-interaction.ts';
import { compare } from './compare.ts';

const other = 'b0000000-0000-4000-8000-000000000001';

test.each([
  ['board_not_found', 'This board does not exist.', 'See the list of boards.'],
  ['not_comparable', 'These two players cannot be compared.', 'Choose two different players.'],
])('players who cannot be compared are told why: %s', async (details, message, hint) => {
  const { context } = createRig({
    compare_players: () => Response.json({ code: 'DS404', message, details, hint }, { status: 404 }),
  });
  const reply = await compare.execute(makeCommand('compare', { player: other, board: 'nope' }), context);
  expect(reply.outcome).toBe('refused');
  const text = JSON.stringify(reply);
  for (const part of [details, message, hint]) expect(text).toContain(part);
});
