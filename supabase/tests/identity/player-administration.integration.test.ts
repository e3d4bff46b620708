import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createArena, sendEvents } from '../leaderboard/arena.ts';
import { waitUntilBlocked } from '../leaderboard/sessions.ts';
import { createPlayer, type Persona, type Player, runAs } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';

let database: TestDatabase;
let second: postgres.Sql;
let ada: Player;
let max: Player;
let pia: Player;
beforeAll(async () => {
  database = await createTestDatabase();
  second = postgres(database.url, { max: 1, onnotice: () => {}, connection: { application_name: 'second' } });
  ada = await createPlayer(database, 'ada', 'admin');
  max = await createPlayer(database, 'max', 'manager');
  pia = await createPlayer(database, 'pia');
});
afterAll(async () => {
  await second.end();
  await database.drop();
});
beforeEach(async () => {
  await database.sql`update public.profiles set role = 'admin' where id = ${ada.player_id}`;
  await database.sql`update public.profiles set role = 'manager' where id = ${max.player_id}`;
  await database.sql`update public.profiles set role = 'player' where id = ${pia.player_id}`;
});

const change = (persona: Persona, player: Player, changes: object) =>
  runAs(
    database,
    persona,
    (sql) =>
      sql`select public.change_player(${player.player_id}, ${database.sql.json({ ...changes })}, 'A test')`,
  );
const readRole = async (player: Player) =>
  (await database.sql`select role from public.profiles where id = ${player.player_id}`)[0]?.role;
const listAudit = async (action: string) => [
  ...(await database.sql`select actor_id, before, after from public.audit_log
    where action = ${action} order by occurred_at`),
];

test('an admin makes a manager, who may decide from the next call on', async () => {
  expect(await readRefusal(change(ada, pia, { role: 'manager' }))).toBeNull();
  const [row] = await runAs(database, pia, (sql) => sql`select identity.is_manager() as is_manager`);
  expect(row).toEqual({ is_manager: true });
  expect((await listAudit('player.changed')).at(-1)).toMatchObject({
    actor_id: ada.player_id,
    before: { role: 'player' },
    after: { role: 'manager', reason: 'A test' },
  });
});

test.each([
  ['a player', () => pia],
  ['a manager', () => max],
])('%s changes nobody', async (_who, findPersona) => {
  expect(await readRefusal(change(findPersona(), pia, { role: 'admin' }))).toBe('admin_only');
  expect(await readRole(pia)).toBe('player');
});

test('the last admin cannot step down, and nobody can take the role from them', async () => {
  expect(await readRefusal(change(ada, ada, { role: 'player' }))).toBe('last_admin');
  expect(await readRefusal(change(ada, ada, { is_ranked: false }))).toBeNull();
  // An admin who left the community cannot act, so they do not count.
  await database.sql`update public.profiles set role = 'admin', left_at = now() where id = ${pia.player_id}`;
  expect(await readRefusal(change(ada, ada, { role: 'manager' }))).toBe('last_admin');
  await database.sql`update public.profiles set left_at = null where id = ${pia.player_id}`;
  expect(await readRefusal(change(ada, ada, { role: 'manager' }))).toBeNull();
});

test('when two admins demote each other at once, one stays an admin', async () => {
  await database.sql`update public.profiles set role = 'admin' where id = ${max.player_id}`;
  const demote = (sql: postgres.ISql, actor: Player, player: Player) =>
    sql`select public.change_player(${player.player_id}, '{"role": "player"}', null, ${actor.player_id})`;
  const { refusal } = await database.sql.begin(async (sql) => {
    await demote(sql, ada, max);
    const refusal = readRefusal(demote(second, max, ada));
    await waitUntilBlocked(database.sql, 'second');
    return { refusal };
  });
  expect(await refusal).toBe('admin_only');
  expect([await readRole(ada), await readRole(max)]).toEqual(['admin', 'player']);
});

test.each([
  [{ username: 'taken' }, 'field_unknown'],
  [{ user_id: null }, 'field_unknown'],
  [{ role: 'owner' }, 'change_invalid'],
  [{ role: null }, 'change_invalid'],
  [{ is_ranked: 'perhaps' }, 'change_invalid'],
])('the change %j is refused', async (changes, code) => {
  expect(await readRefusal(change(ada, pia, changes))).toBe(code);
});

test('a change without effect writes nothing', async () => {
  const before = (await listAudit('player.changed')).length;
  expect(await readRefusal(change(ada, pia, { role: 'player', visibility: 'public' }))).toBeNull();
  expect((await listAudit('player.changed')).length).toBe(before);
});

async function consent(player: Player, discord_user_id: string): Promise<void> {
  await database.sql`
    insert into auth.identities (id, user_id, provider, provider_id, identity_data, last_sign_in_at)
    values (gen_random_uuid(), ${player.user_id}, 'discord', ${discord_user_id}, '{"full_name": "pixel"}', now())`;
}
const manage = (persona: Persona, act: string, reason = 'A test') =>
  readRefusal(
    runAs(
      database,
      persona,
      (sql) => sql`select public.manage_discord_link(${pia.player_id}, ${act}, ${reason})`,
    ),
  );
const readLink = async () =>
  (
    await database.sql`select discord_user_id from public.discord_links where player_id = ${pia.player_id}`
  )[0];

test('an admin unlinks a player and relinks them to what Discord confirmed, and nothing else', async () => {
  expect(await manage(ada, 'relink')).toBe('no_identity');
  await consent(pia, '111111111111111111');
  expect(await manage(ada, 'unlink')).toBeNull();
  expect(await readLink()).toBeUndefined();
  expect(await manage(ada, 'unlink')).toBe('not_linked');
  expect(await manage(ada, 'relink')).toBeNull();
  expect(await readLink()).toEqual({ discord_user_id: '111111111111111111' });
  expect([await manage(max, 'unlink'), await manage(ada, 'unlink', ' '), await manage(ada, 'steal')]).toEqual(
    ['admin_only', 'reason_invalid', 'act_unknown'],
  );
  expect((await listAudit('discord_link.relinked')).at(-1)).toMatchObject({ after: { reason: 'A test' } });
});

test('a score event is voided once, with a reason, by an admin', async () => {
  const { playerIds, cappedMetric } = await createArena(database.sql, { playerCount: 1 });
  const [player_id = ''] = playerIds;
  const event = {
    external_id: 'typo',
    player_id,
    metric: cappedMetric,
    units: 1,
    occurred_at: new Date().toISOString(),
  };
  await sendEvents(database.sql, [event]);
  const [recorded] = await database.sql`select id from public.score_events where external_id = 'typo'`;
  const id = Number(recorded?.id);
  const voidEvent = (persona: Persona, reason: string) =>
    runAs(database, persona, (sql) => sql`select public.void_score_event(${id}, ${reason}) as answer`);
  expect(await readRefusal(voidEvent(max, 'Typo'))).toBe('admin_only');
  expect(await readRefusal(voidEvent(ada, ''))).toBe('reason_invalid');
  expect((await voidEvent(ada, 'Typo'))[0]?.answer).toMatchObject({ status: 'accepted' });
  expect((await voidEvent(ada, 'Typo'))[0]?.answer).toMatchObject({ status: 'duplicate' });
  const [list] = await runAs(
    database,
    max,
    (sql) => sql`select public.list_score_events(${player_id}) as page`,
  );
  const [cancel, original] = list?.page.rows ?? [];
  expect([cancel.voids_id, original.voided_by, cancel.points + original.points]).toEqual([id, cancel.id, 0]);
  expect(await listAudit('score_event.voided')).toHaveLength(1);
});
