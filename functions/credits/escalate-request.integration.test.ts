import { afterEach, beforeEach, expect, test } from 'vitest';
import { userIds } from '#dev/seed/discord-community.ts';
import { changePolicy, decideRequest, requestCredits } from '../../supabase/tests/credits/credit-stage.ts';
import type { Player } from '../../supabase/tests/personas.ts';
import { createRequester, listDirectMessages } from '../testing/request-stage.ts';
import { type FunctionRig, retryMs, startFunctionRig } from '../testing/start-function-rig.ts';
import { createEscalateRequest } from './escalate-request.ts';

let rig: FunctionRig;
let people: { pia: Player; max: Player };
beforeEach(async () => {
  rig = await startFunctionRig((context) => [createEscalateRequest(context)]);
  people = await createRequester(rig);
  await rig.supabase.database.sql`
    insert into public.discord_links (player_id, discord_user_id, discord_username)
    values (${people.max.player_id}, ${userIds.max}, 'max')`;
});
afterEach(() => rig.stop());

/** A request that has waited as long as the policy allows before it is escalated to managers. */
async function requestLongAgo(): Promise<string> {
  const { database } = rig.supabase;
  await changePolicy(database, { escalate_after_hours: 48, escalate_to_role: 'manager' });
  const { id } = await requestCredits(database, people.pia, 30);
  await database.sql`update public.credit_requests set escalate_at = now()`;
  await database.sql`select credits.escalate_credit_requests()`;
  return id;
}

test('a waiting request is brought to the approvers once, whatever is lost', async () => {
  await requestLongAgo();
  rig.loseAnswers(1);
  await rig.relay();
  await rig.engine.advance(5 * retryMs);
  const messages = await listDirectMessages(rig, userIds.max);
  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain('30 AI credits');
  expect(await listDirectMessages(rig, userIds.pia)).toEqual([]);
  expect(await rig.engine.runs.list()).toMatchObject([{ status: 'Completed', output: { told_count: 1 } }]);
});

test('a request decided meanwhile is brought to nobody', async () => {
  const id = await requestLongAgo();
  await decideRequest(rig.supabase.database, people.max, id);
  await rig.relay();
  expect(await listDirectMessages(rig, userIds.max)).toEqual([]);
  expect(await rig.engine.runs.list()).toMatchObject([{ status: 'Completed', output: { told_count: 0 } }]);
});
