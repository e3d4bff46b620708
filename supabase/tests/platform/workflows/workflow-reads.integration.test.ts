import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Persona, type Player, runAs } from '../../personas.ts';
import { readRefusal } from '../../read-refusal.ts';
import { makeReport, makeRun, makeScheduledRun, makeStep, record } from './workflow-stage.ts';

let database: TestDatabase;
let people: Record<'pia' | 'max' | 'ada', Player>;
const nowMs = Date.now();
/** A moment so many minutes ago. */
const ago = (minutes: number): string => new Date(nowMs - minutes * 60_000).toISOString();

beforeAll(async () => {
  database = await createTestDatabase();
  people = {
    pia: await createPlayer(database, 'pia'),
    max: await createPlayer(database, 'max', 'manager'),
    ada: await createPlayer(database, 'ada', 'admin'),
  };
  await record(database, [
    ...makeRun('A', ago(50), 4),
    ...makeRun('B', ago(40), 1, 'failed'),
    ...makeRun('C', ago(30), 9),
    ...makeRun('D', ago(20), 2),
    makeScheduledRun('E', ago(10)),
    makeReport({
      ...{ run_id: 'F', at: ago(5), function_id: 'sync-roles' },
      event: {
        id: null,
        name: 'discord/link.created',
        data: { player_id: people.pia.player_id },
        is_whole: true,
      },
      cause: { kind: 'player', id: people.pia.player_id },
    }),
  ]);
});
afterAll(() => database.drop());

interface Page {
  rows: { run_id: string }[];
  next_cursor: string | null;
}

async function list(
  filters: Record<string, string | number | boolean>,
  persona: Persona = people.max,
): Promise<Page> {
  const entries = Object.entries(filters);
  const names = entries.map(([name], index) => `${name} => $${index + 1}`).join(', ');
  const [row] = await runAs(database, persona, (sql) =>
    sql.unsafe<{ page: Page }[]>(
      `select public.list_workflow_runs(${names}) as page`,
      entries.map(([, value]) => value),
    ),
  );
  return row?.page ?? { rows: [], next_cursor: null };
}
const idsOf = ({ rows }: Page): string => rows.map(({ run_id }) => run_id).join('');

test.each([
  [{}, 'FEDCBA'],
  [{ is_descending: false }, 'ABCDEF'],
  [{ sort_by: 'duration_ms' }, 'CADBFE'],
  [{ sort_by: 'duration_ms', is_descending: false }, 'EFBDAC'],
  [{ status: 'failed' }, 'B'],
  [{ function_id: 'sync-roles' }, 'FE'],
  [{ cause_kind: 'schedule' }, 'E'],
  [{ cause_kind: 'request', cause_id: 'r-C' }, 'C'],
  [{ started_after: ago(45), started_before: ago(20) }, 'CB'],
  [{ query: 'CARD OF b' }, 'B'],
  [{ query: 'link.created' }, 'F'],
  [{ query: '%' }, ''],
])('runs by %j', async (filters, expected) => {
  expect(idsOf(await list(filters))).toBe(expected);
});

test.each([
  [{ sort_by: 'started_at', is_descending: true }, 'FEDCBA'],
  [{ sort_by: 'duration_ms', is_descending: false }, 'EFBDAC'],
])('pages of %j have every run once', async (order, expected) => {
  let shown = '';
  let after: string | null = null;
  do {
    const page: Page = await list({ ...order, max_rows: 2, ...(after === null ? {} : { after }) });
    shown += idsOf(page);
    after = page.next_cursor;
  } while (after !== null);
  expect(shown).toBe(expected);
});

test.each([
  [{ sort_by: 'input' }, 'sort_unknown'],
  [{ after: 'x_1' }, 'cursor_invalid'],
])('%j is refused', async (filters, reason) => {
  expect(await readRefusal(list(filters))).toBe(reason);
});

async function get(runId: string, persona: Persona = people.max) {
  const [row] = await runAs(
    database,
    persona,
    (sql) => sql<{ run: Record<string, unknown> | null }[]>`select public.get_workflow_run(${runId}) as run`,
  );
  return row?.run ?? null;
}

test('one run, with its steps and the names of what it is about', async () => {
  expect(await get('F')).toMatchObject({
    cause: { kind: 'player', id: people.pia.player_id, label: 'pia' },
    input: { player_id: people.pia.player_id },
    is_input_whole: true,
    steps: [],
    repeated_by: [],
  });
  expect(await get('E')).toMatchObject({ steps: [{ name: 'list', status: 'running' }] });
  expect(await get('none')).toBeNull();
});

test('a step that began and never ended is interrupted once the run is over', async () => {
  await record(database, [
    makeReport({ run_id: 'G', at: ago(3), steps: [makeStep({ step_id: 's', started_at: ago(3) })] }),
    makeReport({ run_id: 'G', at: ago(2), status: 'failed' }),
  ]);
  expect(await get('G')).toMatchObject({ status: 'failed', steps: [{ status: 'interrupted' }] });
  await database.sql`delete from platform.workflow_runs where run_id = 'G'`;
});

test('outcomes and durations per function', async () => {
  const [row] = await runAs(
    database,
    people.max,
    (sql) => sql<{ statistics: { functions: Record<string, unknown>[] } }[]>`
      select public.get_workflow_statistics(2) as statistics`,
  );
  expect(row?.statistics.functions).toMatchObject([
    {
      ...{ function_id: 'post-card', run_count: 4, completed_count: 3, failed_count: 1, open_count: 0 },
      ...{ p50_ms: 4_000, p95_ms: 9_000 },
    },
    { function_id: 'sync-roles', run_count: 2, completed_count: 0, open_count: 2, p50_ms: null },
  ]);
});

test('the scheduled jobs of the database', async () => {
  const [row] = await runAs(
    database,
    people.max,
    (sql) => sql<{ jobs: { name: string }[] }[]>`select public.list_scheduled_jobs() as jobs`,
  );
  expect(row?.jobs).toContainEqual(expect.objectContaining({ name: 'sweep-outbox', schedule: '5 seconds' }));
});

describe('who may', () => {
  test.each([
    'public.list_workflow_runs()',
    "public.get_workflow_run('A')",
    'public.get_workflow_statistics()',
    'public.list_scheduled_jobs()',
  ])('%s is for managers', async (call) => {
    const attempt = (persona: Persona) =>
      readRefusal(runAs(database, persona, (sql) => sql.unsafe(`select ${call}`)));
    expect(await attempt('anon')).toBe('42501');
    expect(await attempt(people.pia)).toBe('not_manager');
    expect(await attempt(people.max)).toBeNull();
    expect(await attempt(people.ada)).toBeNull();
    expect(await attempt('service_role')).toBeNull();
  });

  test.each(['cancel_workflow_run', 'repeat_workflow_run'])('%s is for admins', async (command) => {
    const attempt = (persona: Persona) =>
      readRefusal(runAs(database, persona, (sql) => sql.unsafe(`select public.${command}('none', 'key')`)));
    expect(await attempt('anon')).toBe('42501');
    expect(await attempt(people.pia)).toBe('not_admin');
    expect(await attempt(people.max)).toBe('not_admin');
    expect(await attempt(people.ada)).toBe('run_not_found');
  });
});
