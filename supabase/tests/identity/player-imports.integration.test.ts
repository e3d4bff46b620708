import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createArena, sendEvents } from '../leaderboard/arena.ts';
import { waitUntilBlocked } from '../leaderboard/sessions.ts';
import { createPlayer } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';

let database: TestDatabase;
let second: postgres.Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  second = postgres(database.url, { max: 1, onnotice: () => {}, connection: { application_name: 'second' } });
});
afterAll(async () => {
  await second.end();
  await database.drop();
});

it('adding a player concurrently under the same username reports that it is taken', async () => {
  const { refusal } = await database.sql.begin(async (sql) => {
    await sql`select public.upsert_player(${randomUUID()}, 'racer', 'First')`;
    const refusal = readRefusal(second`select public.upsert_player(${randomUUID()}, 'racer', 'Second')`);
    await waitUntilBlocked(database.sql, 'second');
    return { refusal };
  });
  expect(await refusal).toBe('username_taken');
});

it('a username is changed without blocking writers about the player, so nobody deadlocks', async () => {
  const { playerIds, cappedMetric } = await createArena(database.sql, { playerCount: 1 });
  const [player_id = ''] = playerIds;
  const event = {
    external_id: 'beside-a-rename',
    player_id,
    metric: cappedMetric,
    units: 1,
    occurred_at: new Date().toISOString(),
  };
  await database.sql.begin(async (sql) => {
    await sql`select public.upsert_player(${player_id}, 'renamed', 'Renamed')`;
    await second`set lock_timeout = '1s'`;
    expect(await sendEvents(second, [event])).toMatchObject({ accepted: 1 });
  });
});

it.each(['manager', 'admin'])('a key neither removes nor restores the rights of a %s', async (role) => {
  const { sql } = database;
  const { player_id } = await createPlayer(database, `key-${role}`, role === 'admin' ? 'admin' : 'manager');
  const upsert = (has_left: boolean | null) =>
    readRefusal(
      sql`select public.upsert_player(${player_id}, ${`key-${role}`}, 'Renamed', null, null, ${has_left})`,
    );
  expect([await upsert(true), await upsert(false), await upsert(null)]).toEqual([
    'privileged_player',
    null,
    null,
  ]);
  const [row] = await sql`select display_name, identity.has_role(${player_id}, ${role}) as has_role
    from public.profiles where id = ${player_id}`;
  expect(row).toEqual({ display_name: 'Renamed', has_role: true });
  await sql`update public.profiles set left_at = now() where id = ${player_id}`;
  expect([await upsert(false), await upsert(true)]).toEqual(['privileged_player', null]);
  await sql`update public.profiles set role = 'player' where id = ${player_id}`;
  expect([await upsert(false), await upsert(true)]).toEqual([null, null]);
});
