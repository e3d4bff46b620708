import { afterEach, beforeEach, expect, test } from 'vitest';
import { userIds } from '#dev/seed/discord-community.ts';
import { reportDiscordUser } from '#store/identity/report-discord-user.ts';
import { createRequester } from '../testing/request-stage.ts';
import { type FunctionRig, retryMs, startFunctionRig } from '../testing/start-function-rig.ts';
import { startOutage } from '../testing/start-outage.ts';
import { createFollowDiscordUser } from './follow-discord-user.ts';

let rig: FunctionRig;
beforeEach(async () => {
  rig = await startFunctionRig((context) => [createFollowDiscordUser(context)]);
  await createRequester(rig);
  await rig.sandbox.control('PUT', `users/${userIds.pia}`, { global_name: 'Pia P.' });
});
afterEach(() => rig.stop());

/** Somebody reports that an account has a new name; the name itself comes from Discord. */
async function report(discord_user_id: string): Promise<void> {
  const face = { username: 'other', display_name: 'Hearsay', avatar_url: null };
  await reportDiscordUser(rig.store, { discord_user_id, ...face });
  await rig.relay();
}

async function readName(): Promise<unknown> {
  const [link] = await rig.supabase.database.sql`
    select discord_display_name from public.discord_links where discord_user_id = ${userIds.pia}`;
  return link?.discord_display_name;
}
const listStates = async () => (await rig.engine.runs.list()).map(({ status }) => status);
const lookUp = { method: 'GET', path: '/users/' };

test.each([0, 1, 2])('the name is the one that Discord shows, though %i answers are lost', async (count) => {
  rig.loseAnswers(count);
  await report(userIds.pia);
  await rig.engine.advance(4 * retryMs);
  expect(await readName()).toBe('Pia P.');
  expect(await listStates()).toEqual(['Completed']);
});

test('a Discord that is away is asked six times; what is missed then, the next report repairs', async () => {
  const outage = await startOutage(rig, lookUp);
  await report(userIds.pia);
  expect(await listStates()).toEqual(['Running']);
  await rig.engine.advance(20 * retryMs);
  expect(await listStates()).toEqual(['Failed']);
  expect(await outage.countRequests()).toBe(6);
  expect(await readName()).toBeNull();
  await outage.end();
  await report(userIds.pia);
  expect(await readName()).toBe('Pia P.');
});

test('a limit is waited for by the engine, as long as Discord says', async () => {
  const fault = { kind: 'rate_limit_user', retry_after_seconds: 300, ...lookUp };
  await rig.sandbox.control('POST', 'faults', fault);
  await report(userIds.pia);
  await rig.engine.advance(299_000);
  expect(await listStates()).toEqual(['Running']);
  await rig.engine.advance(5_000);
  expect(await listStates()).toEqual(['Completed']);
  expect(await readName()).toBe('Pia P.');
});

test('an account that Discord does not know is asked about once', async () => {
  const { sql } = rig.supabase.database;
  await sql`update public.discord_links set discord_user_id = '999999999999999999'`;
  await report('999999999999999999');
  expect(await listStates()).toEqual(['Failed']);
});
