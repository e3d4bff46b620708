import { expect, test } from 'vitest';
import { answerInteraction } from '../interactions/answer-interaction.ts';
import { createRig, player } from '../testing/interaction-rig.ts';
import { makeQueue } from '../testing/interaction-samples.ts';
import { makeCommand } from '../testing/make-interaction.ts';
import { readAnswer } from '../testing/measure-message.ts';

const { player_id } = player;
const left_at = '2026-11-22T12:00:00Z';

test.each([
  ['admin requests list', { ...player, role: 'player' }, 'You need the manager role', 'manager_only'],
  ['admin requests list', { ...player, role: 'admin', left_at }, 'You need the manager role', 'manager_only'],
  ['admin requests list', null, 'Link your account first', 'not_linked'],
  ['admin player', { ...player, role: 'player' }, 'You need the manager role', 'manager_only'],
  ['admin credits balance', { ...player, role: 'player' }, 'You need the manager role', 'manager_only'],
  ['admin credits grant', { ...player, role: 'manager' }, 'You need the admin role', 'admin_only'],
  ['admin credits revoke', { ...player, role: 'manager' }, 'You need the admin role', 'admin_only'],
  ['admin requests approve', { ...player, role: 'player' }, 'You need the manager role', 'manager_only'],
])(
  '/%s shows and does nothing without the role, and the attempt is noted',
  async (name, found, text, refusal) => {
    const attempts: unknown[] = [];
    const { context, calls } = createRig({
      find_player_by_discord: () => found,
      record_refused_attempt: (args) => {
        attempts.push(args);
        return { is_recorded: true, replayed: false };
      },
    });
    const options = { player: player_id, request: 'pia', type: 'ai', amount: 5, reason: 'tests' };
    const { response } = await answerInteraction(makeCommand(name, options), context);
    expect(readAnswer(response)).toContain(text);
    expect(attempts).toMatchObject([{ refusal }]);
    const known = ['begin_interaction', 'find_player_by_discord', 'record_refused_attempt'];
    expect(calls.filter((called) => !known.includes(called))).toEqual([]);
  },
);

test('an admin may do what managers may', async () => {
  const { context, calls } = createRig({
    find_player_by_discord: () => ({ ...player, role: 'admin' }),
    list_request_queue: () => makeQueue([]),
  });
  const { response } = await answerInteraction(makeCommand('admin requests list'), context);
  expect(readAnswer(response)).toContain('Nothing waits');
  expect(calls).not.toContain('record_refused_attempt');
});
