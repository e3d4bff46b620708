import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Player, runAs } from '../../personas.ts';
import { readRefusal } from '../../read-refusal.ts';
import { at, makeReport, makeRun, makeScheduledRun, record } from './workflow-stage.ts';

let database: TestDatabase;
let ada: Player;
beforeAll(async () => {
  database = await createTestDatabase();
  ada = await createPlayer(database, 'ada', 'admin');
  await record(database, [...makeRun('A', at(0), 4), makeScheduledRun('E', at(9))]);
});
afterAll(() => database.drop());

const run = (command: string, runId: string, key: string) =>
  runAs(database, ada, (sql) =>
    sql.unsafe<{ answer: Record<string, unknown> }[]>(`select public.${command}($1, $2) as answer`, [
      runId,
      key,
    ]),
  );
const listEvents = (name: string) =>
  database.sql<{ data: unknown }[]>`select data from platform.outbox where name = ${name} order by seq`;

test('a run that is over cannot be cancelled; an open one is, once per intention, and it is audited', async () => {
  expect(await readRefusal(run('cancel_workflow_run', 'A', 'c1'))).toBe('run_ended');
  expect(await run('cancel_workflow_run', 'E', 'c2')).toMatchObject([{ answer: { replayed: false } }]);
  expect(await run('cancel_workflow_run', 'E', 'c2')).toMatchObject([{ answer: { replayed: true } }]);
  expect([...(await listEvents('platform/run.cancel_requested'))]).toEqual([
    { data: { run_id: 'E', function_id: 'sync-roles' } },
  ]);
  const [asked] = await database.sql`
    select cancel_requested_at from platform.workflow_runs where run_id = 'E'`;
  expect(asked?.cancel_requested_at).toBeInstanceOf(Date);
  const audit = await database.sql`
    select actor_id, source from public.audit_log where action = 'workflow_run.cancel_requested'`;
  expect([...audit]).toEqual([{ actor_id: ada.player_id, source: 'web' }]);
});

test('a run is repeated by its event under a new id, which the function sees', async () => {
  const before = (await listEvents('credits/request.created')).length;
  await run('repeat_workflow_run', 'A', 'r1');
  await run('repeat_workflow_run', 'A', 'r1');
  const sent = (await listEvents('credits/request.created')).slice(before);
  expect(sent).toMatchObject([
    {
      data: { request_id: 'r-A', repeats_run_id: 'A', repeat_id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    },
  ]);
});

test.each([
  ['E', 'scheduled'],
  ['H', 'with a shortened event'],
  ['I', 'of an event of the engine'],
])('run %s, %s, cannot be repeated', async (runId) => {
  const event = { id: null, name: 'credits/request.created', data: {}, is_whole: false };
  await record(database, [
    makeReport({ run_id: 'H', at: at(1), event }),
    makeReport({
      run_id: 'I',
      at: at(1),
      event: { ...event, name: 'inngest/function.invoked', is_whole: true },
    }),
  ]);
  expect(await readRefusal(run('repeat_workflow_run', runId, `n-${runId}`))).toBe('run_not_repeatable');
});
