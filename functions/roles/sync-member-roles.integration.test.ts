import { createClient } from '@supabase/supabase-js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFakeDiscord, type FakeRequest } from '#bot/testing/fake-discord.ts';
import { DiscordError, DiscordUnreachableError } from '#bot/transport/discord-error.ts';
import { startMigratedSupabase } from '#dev/tests/start-migrated-supabase.ts';
import { createEngine, type Engine } from '#emulators/inngest/engine.ts';
import { serveApp, type TestApp } from '#emulators/inngest/testing/serve-app.ts';
import { secretKey, type TestSupabase } from '#emulators/supabase/testing/start-test-supabase.ts';
import { inngest, tierChanged } from '#inngest';
import { createHalfPastClock } from '../testing/create-half-past-clock.ts';
import { createSyncMemberRoles } from './sync-member-roles.ts';

/** Discord-sized ids: larger than a JavaScript number can represent. */
const guildId = '900000000000000001';
const roles = { champion: '901', silver: '902', bronze: '903', top_10: '904', elite: '905' };
const retryMs = 60_000;
let supabase: TestSupabase;
let engine: Engine;
let app: TestApp;
let discord: FakeDiscord;

/**
 * The members of a guild and their roles. `refuse` may throw instead of answering; no title may have two
 * holders.
 */
class FakeDiscord {
  readonly held = new Map<string, Set<string>>();
  readonly changes: string[] = [];
  refuse: (method: string, userId: string, roleId: string | undefined) => void = () => {};

  answer({ method, path }: FakeRequest): unknown {
    const [, , , , userId = '', , roleId] = path.split('/');
    this.refuse(method, userId, roleId);
    const own = this.held.get(userId) ?? new Set<string>();
    this.held.set(userId, own);
    if (method === 'GET') return { roles: [...own] };
    this.changes.push(`${method} ${userId} ${roleId}`);
    if (method === 'PUT' && roleId) own.add(roleId);
    if (method === 'DELETE' && roleId) own.delete(roleId);
    for (const title of [roles.champion, roles.silver, roles.bronze]) {
      expect([...this.held.values()].filter((ids) => ids.has(title)).length).toBeLessThan(2);
    }
    return null;
  }

  holds(member: Member): string[] {
    return [...(this.held.get(member.discord_user_id) ?? [])];
  }
}

interface Member {
  player_id: string;
  discord_user_id: string;
}

beforeEach(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {}); // the SDK reports each failed attempt
  supabase = await startMigratedSupabase();
  discord = new FakeDiscord();
  const auth = { persistSession: false, autoRefreshToken: false };
  const store = createClient(supabase.url, secretKey, { auth });
  const api = createFakeDiscord((request) => discord.answer(request));
  const syncMemberRoles = createSyncMemberRoles({
    ...{ store, publicStore: store, discord: api, applicationId: '1', webUrl: 'http://web' },
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    editAnswer: () => Promise.resolve(),
  });
  engine = createEngine({
    ...{ databaseUrl: supabase.database.superuserUrl, clock: createHalfPastClock(), backoffMs: retryMs },
    log: () => {},
  });
  const { url } = await engine.start();
  vi.stubEnv('INNGEST_DEV', url);
  vi.stubEnv('INNGEST_BASE_URL', url);
  app = await serveApp(inngest, [syncMemberRoles]);
  await engine.sync(app.url);
  const { sql } = supabase.database;
  await sql`select public.upsert_guild(${guildId}, 'Arena', null, null, ${sql.json(roles)})`;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await engine.stop();
  await app.close();
  await supabase.stop();
});

async function addMember(number: number): Promise<Member> {
  const { sql } = supabase.database;
  const discord_user_id = String(700000000000000000n + BigInt(number));
  const [player] = await sql<{ id: string }[]>`
    insert into public.profiles (username, display_name) values (${`m${number}`}, 'M') returning id`;
  const player_id = player?.id ?? '';
  await sql`insert into public.discord_links (player_id, discord_user_id, discord_username)
    values (${player_id}, ${discord_user_id}, 'm')`;
  return { player_id, discord_user_id };
}

/** Publishes tiers as a refresh does, and announces them once. */
async function publish(tiers: [Member, string][]): Promise<void> {
  const { sql } = supabase.database;
  await sql.begin(async (transaction) => {
    await transaction`delete from public.player_tiers`;
    for (const [{ player_id }, tier] of tiers) {
      await transaction`insert into public.player_tiers (board_id, player_id, period_id, tier, since)
        select id, ${player_id}, leaderboard.current_period_id(id), ${tier}, now()
        from public.boards where awards_tiers limit 1`;
    }
  });
  const data = { player_id: tiers[0]?.[0].player_id, tier_before: null, tier_after: tiers[0]?.[1] };
  await engine.send({
    name: tierChanged.name,
    data: { board: 'all-time', period_id: 1, version: 1, ...data },
  });
}

test('one run rotates all titles', async () => {
  const [a, b, c] = [await addMember(1), await addMember(2), await addMember(3)];
  await publish([
    [a, 'champion'],
    [b, 'silver'],
    [c, 'bronze'],
  ]);
  await engine.settle();
  await publish([
    [b, 'champion'],
    [c, 'silver'],
    [a, 'bronze'],
  ]);
  await engine.settle();
  expect([a, b, c].map((member) => discord.holds(member))).toEqual([
    [roles.bronze],
    [roles.champion],
    [roles.silver],
  ]);
  expect(await engine.runs.list()).toMatchObject([
    { status: 'Completed', output: { confirmed: 6, failed: 0 } },
    { status: 'Completed', output: { confirmed: 3, failed: 0 } },
  ]);
});

test('a change waiting for its retry is made only if it is still wanted then', async () => {
  const [a, b] = [await addMember(1), await addMember(2)];
  discord.refuse = (method) => {
    if (method === 'PUT') throw new DiscordUnreachableError('PUT x', new Error('away'));
  };
  await publish([[a, 'champion']]);
  await engine.settle();
  discord.refuse = () => {};
  await publish([[b, 'champion']]);
  await engine.settle();
  expect(discord.holds(b)).toEqual([roles.champion]);
  await engine.advance(retryMs);
  expect(discord.holds(a)).toEqual([]);
  expect(discord.changes).not.toContain(`PUT ${a.discord_user_id} ${roles.champion}`);
});

test.each([
  [
    'that Discord never answers',
    new DiscordUnreachableError('PUT x', new Error('away')),
    'discord_unreachable',
  ],
  ['that Discord refuses', new DiscordError('PUT x', 403, 50013, 'no'), 'missing_permissions'],
])('a change %s is recorded, and the others are made', async (_, failure, cause_code) => {
  const [a, b] = [await addMember(1), await addMember(2)];
  discord.refuse = (method, userId) => {
    if (method === 'PUT' && userId === a.discord_user_id) throw failure;
  };
  await publish([
    [a, 'champion'],
    [b, 'elite'],
  ]);
  await engine.advance(15 * retryMs);
  expect(discord.holds(b)).toEqual([roles.elite]);
  const [row] = await supabase.database.sql`
    select state, cause_code from public.member_roles where player_id = ${a.player_id}`;
  expect(row).toEqual({ state: 'failed', cause_code });
});

test('the hourly check restores a role that was removed by hand', async () => {
  const member = await addMember(1);
  await publish([[member, 'champion']]);
  await engine.settle();
  discord.held.get(member.discord_user_id)?.delete(roles.champion);
  await engine.advance(3_600_000);
  expect(discord.holds(member)).toEqual([roles.champion]);
});

test('a plan that cannot be made ends the run as failed, and is made up for within the hour', async () => {
  const member = await addMember(1);
  const { admin } = supabase.database;
  await admin`revoke execute on function public.plan_role_changes from service_role`;
  await publish([[member, 'champion']]);
  await engine.advance(15 * retryMs);
  expect(discord.changes).toEqual([]);
  expect(await engine.runs.list()).toMatchObject([
    { status: 'Failed', output: { message: expect.stringContaining('failed for good') } },
  ]);
  await admin`grant execute on function public.plan_role_changes to service_role`;
  await engine.advance(3_600_000);
  expect(discord.holds(member)).toEqual([roles.champion]);
});
