import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { readRefusal } from '../read-refusal.ts';

let database: TestDatabase;
const guild = '900000000000000001';
const roles = { champion: '901', silver: '902', bronze: '903', top_10: '904', elite: '905' };
const names = Object.fromEntries(Object.entries(roles).map(([tier, id]) => [id, tier]));

beforeEach(async () => {
  database = await createTestDatabase();
  await database.sql`select public.upsert_guild(${guild}, 'Arena', null, null, ${database.sql.json(roles)})`;
});
afterEach(() => database.drop());

interface Step {
  player_id: string;
  discord_user_id: string;
  remove_role_ids: string[];
  add_role_id: string | null;
  desired_tier: string | null;
}

let nextId = 1;
async function addMember(): Promise<{ player_id: string; discord_user_id: string }> {
  nextId += 1;
  const discord_user_id = String(700000000000000000n + BigInt(nextId));
  const [player] = await database.sql<{ id: string }[]>`
    insert into public.profiles (username, display_name) values (${`m${nextId}`}, 'M') returning id`;
  const player_id = player?.id ?? '';
  await database.sql`
    insert into public.discord_links (player_id, discord_user_id, discord_username) values (${player_id}, ${discord_user_id}, 'm')`;
  return { player_id, discord_user_id };
}

async function setTiers(tiers: [{ player_id: string }, string][]): Promise<void> {
  await database.sql.begin(async (transaction) => {
    await transaction`delete from public.player_tiers`;
    for (const [{ player_id }, tier] of tiers) {
      await transaction`
        insert into public.player_tiers (board_id, player_id, period_id, tier, since)
        select id, ${player_id}, leaderboard.current_period_id(id), ${tier}, now()
        from public.boards where awards_tiers limit 1`;
    }
  });
}

async function plan(include_waiting = false): Promise<Step[]> {
  const [row] = await database.sql<{ steps: Step[] }[]>`
    select public.plan_role_changes(${guild}, null, ${include_waiting}) as steps`;
  return row?.steps ?? [];
}

async function record(step: Step, state = 'confirmed', cause_code: string | null = null): Promise<void> {
  await database.sql`
    select public.record_role_result(${guild}, ${step.player_id}, ${state},
      ${state === 'confirmed' ? step.desired_tier : null}, ${cause_code}, null, ${step.discord_user_id})`;
}

/** Discord's roles: who holds what, and a check that no title ever has two holders. */
class Server {
  readonly held = new Map<string, Set<string>>();

  apply(step: Step): void {
    const own = this.held.get(step.discord_user_id) ?? new Set<string>();
    this.held.set(step.discord_user_id, own);
    for (const id of step.remove_role_ids) own.delete(names[id] ?? id);
    if (step.add_role_id) own.add(names[step.add_role_id] ?? step.add_role_id);
    for (const title of ['champion', 'silver', 'bronze']) {
      expect([...this.held.values()].filter((tiers) => tiers.has(title)).length).toBeLessThan(2);
    }
  }

  async settle(): Promise<void> {
    for (let steps = await plan(); steps.length > 0; steps = await plan()) {
      for (const step of steps) {
        this.apply(step);
        await record(step);
      }
    }
  }

  rolesOf(member: { discord_user_id: string }): string[] {
    return [...(this.held.get(member.discord_user_id) ?? [])];
  }
}

test('titles rotate and never have two holders', async () => {
  const [a, b, c] = [await addMember(), await addMember(), await addMember()];
  const server = new Server();
  await setTiers([
    [a, 'champion'],
    [b, 'silver'],
    [c, 'bronze'],
  ]);
  await server.settle();
  await setTiers([
    [b, 'champion'],
    [c, 'silver'],
    [a, 'bronze'],
  ]);
  await server.settle();
  expect([a, b, c].map((member) => server.rolesOf(member))).toEqual([['bronze'], ['champion'], ['silver']]);
  expect(await plan()).toEqual([]);
});

test('a title is not planned while the old holder may still have it', async () => {
  const [a, b] = [await addMember(), await addMember()];
  await setTiers([[a, 'champion']]);
  for (const step of await plan()) await record(step);
  await setTiers([
    [b, 'champion'],
    [a, 'elite'],
  ]);
  const [removal, ...rest] = await plan();
  expect(removal).toMatchObject({
    player_id: a.player_id,
    remove_role_ids: [roles.champion],
    add_role_id: null,
  });
  expect(rest).toMatchObject([{ player_id: a.player_id, add_role_id: roles.elite }]);
  if (removal) await record(removal, 'failed', 'missing_permissions');
  expect(await plan()).toEqual([]);
  await database.sql`update public.member_roles set checked_at = now() - interval '6 minutes'`;
  for (const step of await plan()) await record(step);
  expect(await plan()).toMatchObject([{ player_id: b.player_id, add_role_id: roles.champion }]);
});

test('a role assigned but not recorded before a crash is found and removed', async () => {
  const a = await addMember();
  await setTiers([[a, 'champion']]);
  await plan();
  await setTiers([[a, 'elite']]);
  const steps = await plan();
  expect(steps.flatMap(({ remove_role_ids }) => remove_role_ids)).toEqual([roles.champion]);
  expect(steps.at(-1)).toMatchObject({ add_role_id: roles.elite });
});

test('an unlinked member loses the role, and the row when it is gone', async () => {
  const a = await addMember();
  await setTiers([[a, 'top_10']]);
  const server = new Server();
  await server.settle();
  await database.sql`select identity.remove_discord_link(${a.player_id}, null, 'test')`;
  expect(await plan()).toMatchObject([
    { remove_role_ids: [roles.top_10], add_role_id: null, desired_tier: null },
  ]);
  await server.settle();
  expect(server.rolesOf(a)).toEqual([]);
  expect(await database.sql`select from public.member_roles`).toHaveLength(0);
});

test('a user who is not on the server waits, holds nothing, and frees the title', async () => {
  const [a, b] = [await addMember(), await addMember()];
  await setTiers([[a, 'champion']]);
  const [step] = await plan();
  if (step) await record(step, 'waiting', 'not_in_server');
  expect(await plan()).toEqual([]);
  expect(await plan(true)).toHaveLength(1);
  if (step) await record(step, 'waiting', 'not_in_server');
  await setTiers([[b, 'champion']]);
  expect(await plan()).toMatchObject([
    { player_id: a.player_id, add_role_id: null },
    { player_id: b.player_id },
  ]);
});

test('a tier without a role in this server is left out', async () => {
  await database.sql`update public.guilds set tier_role_ids = '{"champion": "901"}'`;
  const [a, b] = [await addMember(), await addMember()];
  await setTiers([
    [a, 'champion'],
    [b, 'elite'],
  ]);
  expect(await plan()).toMatchObject([{ player_id: a.player_id }]);
});

test('a confirmation of another tier than the desired one leaves the row pending', async () => {
  const a = await addMember();
  await setTiers([[a, 'elite']]);
  const [step] = await plan();
  if (step) await record({ ...step, desired_tier: 'top_10' });
  expect(await plan()).toMatchObject([{ remove_role_ids: [roles.top_10], add_role_id: roles.elite }]);
});

test('two concurrent plans are the same work', async () => {
  const a = await addMember();
  await setTiers([[a, 'elite']]);
  const [one, two] = await Promise.all([plan(), plan()]);
  expect(one).toEqual(two);
});

test('an unknown server is refused', async () => {
  expect(await readRefusal(database.sql`select public.plan_role_changes('1')`)).toBe('guild_not_found');
});
