import { expect, test } from 'vitest';
import { answerInteraction } from '../../interactions/answer-interaction.ts';
import { createRig, player } from '../../testing/interaction-rig.ts';
import { makeCommand } from '../../testing/make-interaction.ts';
import { readAnswer } from '../../testing/measure-message.ts';
import { makeOwnProfile } from '../../testing/message-samples.ts';

const other = 'b0000000-0000-4000-8000-000000000001';
/** Sent by Discord at 2026-11-22T12:00:00Z. */
const id = String(BigInt(Date.parse('2026-11-22T12:00:00Z') - 1_420_070_400_000) << 22n);
const wish = { player: other, type: 'lead', amount: 250, reason: 'For the launch' };
const refuse = (status: number, details: string) =>
  Response.json({ code: `DS${status}`, message: 'No.', details, hint: 'Ask.' }, { status });

async function grant(options: Record<string, string | number>, answer: () => Response) {
  const asked: unknown[] = [];
  const { context, calls } = createRig({
    find_player_by_discord: () => ({ ...player, role: 'admin' }),
    get_own_profile: () => makeOwnProfile('Pia'),
    grant_credits: (args) => {
      asked.push(args);
      return answer();
    },
  });
  const { response } = await answerInteraction(makeCommand('admin credits grant', options, { id }), context);
  return { asked, calls, text: readAnswer(response) };
}

test('a grant is made as the linked admin, once per interaction', async () => {
  const { asked } = await grant(wish, () => refuse(409, 'credits_insufficient'));
  expect(asked).toEqual([
    {
      ...{ player_id: other, credit_type: 'lead', amount: 250, reason: 'For the launch', source: 'discord' },
      ...{ acting_player_id: player.player_id, idempotency_key: `discord:${id}` },
    },
  ]);
});

test('credits with a limit expire that many days after the interaction, no matter when it is executed', async () => {
  const { asked } = await grant({ ...wish, valid_days: 30 }, () => refuse(409, 'credits_insufficient'));
  expect(asked).toMatchObject([{ expires_at: '2026-12-22T12:00:00.000Z' }]);
});

test('a refusal by the database is shown, and recorded if a right was missing', async () => {
  const { calls, text } = await grant(wish, () => refuse(403, 'own_grant'));
  expect(text).toContain('own_grant');
  expect(calls).toContain('record_refused_attempt');
});
