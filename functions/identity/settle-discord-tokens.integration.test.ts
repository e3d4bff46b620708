import { afterEach, beforeEach, expect, test } from 'vitest';
import { DiscordUnreachableError } from '#bot/transport/discord-error.ts';
import type { DiscordOauth } from '#bot/transport/discord-oauth.ts';
import { userIds } from '#dev/seed/discord-community.ts';
import { makeOpeningKey, type OpeningKey, sealToken, toSealingKey } from '#domain/identity/sealed-token.ts';
import { storeDiscordTokens } from '#store/identity/store-discord-tokens.ts';
import { unlinkDiscord } from '#store/identity/unlink-discord.ts';
import type { Player } from '../../supabase/tests/personas.ts';
import { createRequester } from '../testing/request-stage.ts';
import { type FunctionRig, retryMs, startFunctionRig } from '../testing/start-function-rig.ts';
import { createSettleDiscordTokens } from './settle-discord-tokens.ts';

const dayMs = 86_400_000;
let rig: FunctionRig;
let key: OpeningKey;
let pia: Player;
let asked: string[];
/** While true, Discord cannot be reached. */
let isAway: boolean;

async function ask<T>(what: string, answer: T): Promise<T> {
  asked.push(what);
  if (isAway) throw new DiscordUnreachableError('POST /oauth2/token', new Error('away'));
  return answer;
}
const oauth: DiscordOauth = {
  refresh: (token) =>
    ask(`refresh ${token}`, { access_token: 'a2', refresh_token: 'r2', expires_in_seconds: 604_800 }),
  revoke: (token) => ask(`revoke ${token}`, undefined),
  isAlive: (token) => ask(`look with ${token}`, true),
};

beforeEach(async () => {
  [asked, isAway] = [[], false];
  key = await makeOpeningKey();
  rig = await startFunctionRig(({ store }) => [
    createSettleDiscordTokens({ store, oauth, keys: [key], now: Date.now }),
  ]);
  ({ pia } = await createRequester(rig));
  await rig.supabase.database.sql`
    insert into public.discord_links (player_id, discord_user_id, discord_username)
    select id, ${userIds.max}, 'max' from public.profiles where username = 'max'`;
});
afterEach(() => rig.stop());

async function keepTokens(player_id: string, discord_user_id: string, expiresInMs: number): Promise<void> {
  const seal = (token: string) => sealToken(token, discord_user_id, toSealingKey(key));
  const stored = await storeDiscordTokens(rig.store, {
    ...{ player_id, discord_user_id, key_id: key.kid },
    sealed_access_token: await seal(`a1 of ${discord_user_id}`),
    sealed_refresh_token: await seal(`r1 of ${discord_user_id}`),
    expires_at: new Date(Date.now() + expiresInMs).toISOString(),
  });
  expect(stored.ok).toBe(true);
}

async function unlink(): Promise<void> {
  await unlinkDiscord(rig.store, { acting_player_id: pia.player_id, source: 'web' });
  await rig.relay();
}

const listKept = async () =>
  (
    await rig.supabase.database.admin`select discord_user_id as id from identity.discord_tokens order by 1`
  ).map(({ id }) => id);
const listRuns = () => rig.engine.runs.list();
const revokePia = `revoke r1 of ${userIds.pia}`;

test.each([0, 1, 2])('tokens go with the link, though %i answers are lost', async (count) => {
  await keepTokens(pia.player_id, userIds.pia, 7 * dayMs);
  rig.loseAnswers(count);
  await unlink();
  await rig.engine.advance(4 * retryMs);
  expect(await listKept()).toEqual([]);
  // Tokens that are gone when the step is retried need no second revocation.
  expect(asked).toEqual([revokePia]);
  expect(await listRuns()).toMatchObject([{ status: 'Completed' }]);
});

test('a Discord that is away is asked eleven times; what is still open then, an hourly run finds', async () => {
  await keepTokens(pia.player_id, userIds.pia, 7 * dayMs);
  isAway = true;
  await unlink();
  await rig.engine.advance(15 * retryMs);
  expect(await listRuns()).toMatchObject([{ status: 'Failed' }]);
  expect(asked).toEqual(Array(11).fill(revokePia));
  expect(await listKept()).toEqual([userIds.pia]);
  isAway = false;
  // The database has its own clock.
  await rig.supabase.database.admin`update identity.discord_tokens set stored_at = now() - interval '1 hour'`;
  await rig.engine.advance(3_600_000);
  expect(await listKept()).toEqual([]);
});

test('the hourly run refreshes what expires soon and leaves the rest alone', async () => {
  await keepTokens(pia.player_id, userIds.pia, dayMs);
  await rig.engine.advance(3_600_000);
  expect(asked).toEqual([`refresh r1 of ${userIds.pia}`]);
  await rig.engine.advance(3_600_000);
  expect(asked).toHaveLength(1);
  expect((await listRuns()).map(({ output }) => output)).toContainEqual({ [userIds.pia]: 'refreshed' });
});

test('an account that fails for good keeps no other from being looked at', async () => {
  await keepTokens(pia.player_id, userIds.pia, dayMs);
  const [max] = await rig.supabase.database.sql<{ id: string }[]>`
    select id from public.profiles where username = 'max'`;
  await keepTokens(max?.id ?? '', userIds.max, 1.5 * dayMs);
  await rig.supabase.database.admin`
    update identity.discord_tokens set sealed_refresh_token = 'x.y.z' where discord_user_id = ${userIds.pia}`;
  await rig.engine.advance(3_600_000 + 15 * retryMs);
  expect(asked).toContain(`refresh r1 of ${userIds.max}`);
  const outputs = (await listRuns()).map(({ output }) => output);
  expect(outputs).toContainEqual({ [userIds.pia]: 'failed', [userIds.max]: 'refreshed' });
});
