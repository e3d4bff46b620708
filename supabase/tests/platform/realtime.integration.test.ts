import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Persona, type Player, runAs } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';

let database: TestDatabase;
let people: Record<'pia' | 'quinn' | 'max' | 'ada', Player>;
beforeAll(async () => {
  database = await createTestDatabase();
  people = {
    pia: await createPlayer(database, 'pia'),
    quinn: await createPlayer(database, 'quinn'),
    max: await createPlayer(database, 'max', 'manager'),
    ada: await createPlayer(database, 'ada', 'admin'),
  };
});
afterAll(() => database.drop());

type Name = 'anon' | keyof typeof people;
const findPersona = (name: Name): Persona => (name === 'anon' ? 'anon' : people[name]);

/** The realtime server's question: may this persona see a message of the topic? */
async function canReceive(name: Name, topic: string, extension = 'broadcast'): Promise<boolean> {
  await database.sql`
    insert into realtime.messages (topic, extension, payload, event, private) values (${topic}, ${extension}, '{}', 'x', true)`;
  return runAs(database, findPersona(name), async (transaction) => {
    await transaction`select set_config('realtime.topic', ${topic}, true)`;
    return (
      (await transaction`select from realtime.messages where topic = ${topic} and extension = ${extension}`)
        .length > 0
    );
  });
}

const playerTopic = (name: keyof typeof people) => `player:${people[name].player_id}`;

test('everybody may join the topic of a board', async () => {
  for (const name of ['anon', 'pia', 'max'] as const)
    expect(await canReceive(name, 'board:all-time')).toBe(true);
});

test("only the player may join a player's topic", async () => {
  expect(await canReceive('pia', playerTopic('pia'))).toBe(true);
  for (const name of ['anon', 'quinn', 'max', 'ada'] as const)
    expect(await canReceive(name, playerTopic('pia'))).toBe(false);
  expect(await canReceive('anon', 'player:')).toBe(false);
  expect(await canReceive('pia', 'player:')).toBe(false);
});

test('each admin topic is for one manager or admin', async () => {
  const adminTopic = (name: keyof typeof people) => `admin:requests:${people[name].player_id}`;
  for (const name of ['max', 'ada'] as const) expect(await canReceive(name, adminTopic(name))).toBe(true);
  for (const name of ['anon', 'pia', 'ada'] as const)
    expect(await canReceive(name, adminTopic('max'))).toBe(false);
  expect(await canReceive('pia', adminTopic('pia'))).toBe(false);
  for (const name of ['anon', 'pia', 'max'] as const)
    expect(await canReceive(name, 'admin:requests')).toBe(false);
});

test('nobody may join other topics or use presence', async () => {
  for (const name of ['anon', 'pia', 'ada'] as const) {
    expect(await canReceive(name, 'room:1')).toBe(false);
    expect(await canReceive(name, 'board:all-time', 'presence')).toBe(false);
  }
});

test('clients may send nothing', async () => {
  for (const name of ['anon', 'pia', 'ada'] as const) {
    const refusal = await readRefusal(
      runAs(database, findPersona(name), async (transaction) => {
        await transaction`select set_config('realtime.topic', 'board:all-time', true)`;
        await transaction`
          insert into realtime.messages (topic, extension, payload, event, private)
          values ('board:all-time', 'broadcast', '{}', 'x', true)`;
      }),
    );
    expect(refusal).toBe('42501');
  }
});
