import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRig } from '#bot/testing/interaction-rig.ts';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { events } from '#domain/platform/events.ts';
import * as catalogue from '#inngest';
import { createFunctions } from './create-functions.ts';

const names = Object.keys(events).toSorted();
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('each event has a schema', () => {
  const described = Object.values(catalogue).flatMap((one) => ('schema' in one ? [one.name] : []));
  expect(described.toSorted()).toEqual(names);
});

test('an event is taken if it starts a durable function, and kept if not', () => {
  const { context } = createRig();
  const { store } = context;
  const oauth = { refresh: async () => null, revoke: async () => {}, isAlive: async () => false };
  const functions = createFunctions(context, { store, oauth, keys: [], now: () => 0 });
  const started = functions.flatMap(({ opts }) =>
    (opts.triggers ?? []).flatMap((trigger) => ('event' in trigger ? [String(trigger.event)] : [])),
  );
  const ours = started.filter((name) => !name.startsWith('inngest/'));
  const taken = Object.entries(events).flatMap(([name, fate]) => (fate === 'taken' ? [name] : []));
  expect([...new Set(ours)].toSorted()).toEqual(taken.toSorted());
});

/** What the database calls its events: `area/thing.happened`; a name that is put together ends with the dot. */
test('the database emits these events and no others', async () => {
  const rows = await database.sql<{ literal: string }[]>`
    select distinct literal[1] as literal
    from pg_catalog.pg_proc,
      pg_catalog.regexp_matches(prosrc, '''((?:credits|leaderboard|player|discord|platform)/[a-z_]+[.][a-z_]*)''', 'g') as literal`;
  const literals = rows.map(({ literal }) => literal);
  const emitted = literals.flatMap((literal) =>
    literal.endsWith('.') ? names.filter((name) => name.startsWith(literal)) : [literal],
  );
  expect([...new Set(emitted)].toSorted()).toEqual(names);
});
