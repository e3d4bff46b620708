import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Persona, type Player, runAs } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';

let database: TestDatabase;
let max: Player;
beforeEach(async () => {
  database = await createTestDatabase();
  max = await createPlayer(database, 'max', 'manager');
});
afterEach(() => database.drop());

async function openSession(player: Player): Promise<Player & { session_id: string }> {
  const session_id = randomUUID();
  await database.sql`insert into auth.sessions (id, user_id, aal) values (${session_id}, ${player.user_id}, 'aal1')`;
  return { ...player, session_id };
}

/** Ends sessions as the auth service does. */
async function endSessions(condition: string): Promise<void> {
  await database.admin.begin(async (transaction) => {
    await transaction.unsafe(
      `set local role supabase_auth_admin; delete from auth.sessions where ${condition}`,
    );
  });
}

/** The messages of a topic, in the order in which they were sent. */
async function listMessages(topic: string): Promise<string[]> {
  const rows = await database.sql<{ event: string; private: boolean }[]>`
    select event, private from realtime.messages where topic = ${topic} order by inserted_at`;
  expect(rows.filter((row) => !row.private)).toEqual([]);
  return rows.map((row) => row.event);
}

async function canJoin(persona: Persona, topic: string): Promise<boolean> {
  await database.sql`
    insert into realtime.messages (topic, extension, payload, event, private)
    values (${topic}, 'broadcast', '{}', 'x', true)`;
  return runAs(database, persona, async (transaction) => {
    await transaction`select set_config('realtime.topic', ${topic}, true)`;
    return (await transaction`select from realtime.messages where topic = ${topic}`).length > 0;
  });
}

describe('a session that has ended', () => {
  test('has no rights any more, though its token has not expired', async () => {
    const [ended, other] = [await openSession(max), await openSession(max)];
    const ask = (persona: Persona, key: string) =>
      readRefusal(
        runAs(database, persona, (transaction) =>
          transaction.unsafe(`select public.request_credits('ai', 5, 'For a test', '${key}')`),
        ),
      );
    const countOwn = (persona: Persona) =>
      runAs(
        database,
        persona,
        async (transaction) => (await transaction`select from public.credit_requests`).length,
      );
    expect(await ask(ended, 'first-key')).toBeNull();
    expect(await countOwn(ended)).toBe(1);
    await endSessions(`id = '${ended.session_id}'`);
    expect(await ask(ended, 'second-key')).toBe('not_signed_in');
    expect(await countOwn(ended)).toBe(0);
    expect(await countOwn(other)).toBe(1);
  });

  test('joins only public topics', async () => {
    const session = await openSession(max);
    const topics = [
      `player:${max.player_id}`,
      `admin:requests:${max.player_id}`,
      `session:${session.session_id}`,
    ];
    for (const topic of topics) expect(await canJoin(session, topic)).toBe(true);
    await endSessions(`id = '${session.session_id}'`);
    for (const topic of topics) expect(await canJoin(session, topic)).toBe(false);
    expect(await canJoin(session, 'board:all-time')).toBe(true);
  });

  test('is announced to its own pages only', async () => {
    const [ended, other] = [await openSession(max), await openSession(max)];
    expect(await canJoin(other, `session:${ended.session_id}`)).toBe(false);
    await database.sql`delete from realtime.messages`;
    await endSessions(`id = '${ended.session_id}'`);
    expect(await listMessages(`session:${ended.session_id}`)).toEqual(['ended']);
    expect(await listMessages(`session:${other.session_id}`)).toEqual([]);
    await database.sql`delete from auth.users where id = ${max.user_id}`;
    expect(await listMessages(`session:${other.session_id}`)).toEqual(['ended']);
  });

  test('a token with a malformed session id has no session', async () => {
    const { session_id: _, ...rest } = await openSession(max);
    expect(await canJoin({ ...rest, session_id: 'nonsense' }, `player:${max.player_id}`)).toBe(false);
  });
});

describe('a former manager', () => {
  const demotions = [
    ['has another role', `role = 'player'`],
    ['has left', 'left_at = now()'],
  ] as const;

  test.each(demotions)(
    '%s: gets no messages for managers, whatever topics are still joined',
    async (_, change) => {
      const ada = await createPlayer(database, 'ada', 'admin');
      const pia = await createPlayer(database, 'pia');
      const session = await openSession(max);
      await database.sql.unsafe(`update public.profiles set ${change} where username = 'max'`);
      await database.sql`select public.request_credits('ai', 5, 'For a test', 'key-of-pia', ${pia.player_id})`;
      expect(await listMessages(`admin:requests:${max.player_id}`)).toEqual([]);
      expect(await listMessages(`admin:requests:${ada.player_id}`)).toEqual(['request_created']);
      expect(await listMessages(`session:${session.session_id}`)).toEqual(['role_changed']);
      expect(await canJoin(session, `admin:requests:${max.player_id}`)).toBe(false);
    },
  );
});
