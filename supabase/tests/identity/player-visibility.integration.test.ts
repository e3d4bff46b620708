import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createArena, refreshPeriod, sendEvents } from '../leaderboard/arena.ts';
import { createPlayer, type Persona, type Player, runAs } from '../personas.ts';

// Each readable table and function × caller × kind of hidden player: no result names them. Tables and
// functions come from the catalogue, so new ones are included automatically.

const kinds = ['departed', 'hidden', 'anonymous'] as const;
/** The public player verifies the questions: many results name them. */
type Kind = (typeof kinds)[number] | 'public';

let database: TestDatabase;
let board: { slug: string; metric: string; periodIds: Record<'past' | 'current', number> };
const shy = {} as Record<Kind, Player & { username: string; name: string; request_id: string }>;
let people: Record<'player' | 'manager', Player>;

beforeAll(async () => {
  database = await createTestDatabase();
  const { sql } = database;
  people = {
    player: await createPlayer(database, 'looker'),
    manager: await createPlayer(database, 'keeper', 'manager'),
  };
  const arena = await createArena(sql, { playerCount: 2 });
  const { slug, metric } = arena;
  board = { slug, metric, periodIds: { past: arena.pastPeriodId, current: arena.currentPeriodId } };
  const event = { metric, occurred_at: new Date().toISOString() };
  for (const [index, kind] of [...kinds, 'public' as const].entries()) {
    const [username, name] = [`shy.${kind}`, `Secret ${kind}`];
    const player = await createPlayer(database, username);
    await sql`update public.profiles set display_name = ${name} where id = ${player.player_id}`;
    await sql`
      insert into public.discord_links (player_id, discord_user_id, discord_username)
      values (${player.player_id}, ${`11111111111111111${index}`}, ${username})`;
    const [made] = await sql<{ id: string }[]>`
      select public.request_credits('ai', 10, 'For a test', 'k', ${player.player_id}) ->> 'id' as id`;
    shy[kind] = { ...player, username, name, request_id: made?.id ?? '' };
  }
  const playing = [...arena.playerIds, ...Object.values(shy).map(({ player_id }) => player_id)];
  const past = new Date(Date.now() - 5 * 86_400_000).toISOString();
  await sendEvents(
    sql,
    playing.flatMap((player_id, units) => [
      { ...event, external_id: `now-${units}`, player_id, units: units + 1 },
      { ...event, external_id: `past-${units}`, player_id, units: units + 1, occurred_at: past },
    ]),
  );
  for (const id of Object.values(board.periodIds)) await refreshPeriod(sql, id);
  await sql`select leaderboard.freeze_period(${arena.pastPeriodId})`;
  await sql`select leaderboard.archive_period(${arena.pastPeriodId})`;
  await sql`update public.profiles set left_at = now() where id = ${shy.departed.player_id}`;
  for (const kind of ['hidden', 'anonymous'] as const) {
    await sql`update public.profiles set visibility = ${kind} where id = ${shy[kind].player_id}`;
  }
  await refreshPeriod(sql, arena.currentPeriodId);
});
afterAll(() => database.drop());

/** The value for a function's argument when it is asked about a player, by its name. */
function makeArgument(name: string, kind: Kind): string | null {
  const { player_id, username, request_id } = shy[kind];
  const values: Record<string, string | null> = {
    player_id: `'${player_id}'::uuid`,
    player_ids: `array['${player_id}']::uuid[]`,
    around_player_id: `'${player_id}'::uuid`,
    board: `'${board.slug}'`,
    slug: `'${board.slug}'`,
    query: `'${username}'`,
    username: `'${username}'`,
    period_id: `${board.periodIds.past}`,
    as_of: 'now()',
    at: 'now()',
    request_id: `'${request_id}'::uuid`,
    // There are none here; the tests of bulk decisions and of workflow runs show who may read them.
    bulk_id: `'${request_id}'::uuid`,
    transfer_id: `'${request_id}'::uuid`,
    credit_type: "'ai'",
    changes: "'{}'::jsonb",
    run_id: "'none'",
    metric: `'${board.metric}'`,
    points_per_unit: '1',
  };
  return values[name] ?? null;
}

interface Readable {
  name: string;
  arguments: { name: string; isRequired: boolean }[];
}

async function listReadable(): Promise<Readable[]> {
  const rows = await database.sql<{ name: string; names: string[] | null; required: number }[]>`
    select f.proname::text as name, f.proargnames[1:f.pronargs]::text[] as names,
      f.pronargs - f.pronargdefaults as required
    from pg_proc as f
    where f.pronamespace = 'public'::regnamespace and f.prokind = 'f' and f.prorettype <> 'trigger'::regtype
      and (f.provolatile <> 'v' or f.proname = 'search_players')
      and (has_function_privilege('anon', f.oid, 'execute')
        or has_function_privilege('authenticated', f.oid, 'execute'))
    order by 1`;
  return rows.map(({ name, names, required }) => ({
    name,
    arguments: (names ?? []).map((argument, index) => ({ name: argument, isRequired: index < required })),
  }));
}

/**
 * The calls of a function about a player: with the required arguments, and with each other player argument
 * too.
 */
function makeCalls(readable: Readable, kind: Kind): string[] {
  const given = readable.arguments.flatMap(({ name, isRequired }) => {
    const value = makeArgument(name, kind);
    return value === null ? [] : [{ name, value, isRequired }];
  });
  const needed = given.filter(({ isRequired }) => isRequired);
  const optional = given.filter(({ isRequired }) => !isRequired);
  const choices = [[], ...optional.map((argument) => [argument]), optional];
  return choices.map((chosen) => {
    const list = [...needed, ...chosen].map(({ name, value }) => `${name} => ${value}`);
    return `select to_jsonb(public.${readable.name}(${list.join(', ')})) as answer`;
  });
}

const namingFunctions = [
  'export_period',
  'get_board_at',
  'get_board_page',
  'get_player_stats',
  'get_standing',
  'get_standings',
  'get_standings_around',
  'search_players',
];

/** The complete result of a statement as text; a refusal names nobody. */
async function readAs(persona: Persona, statement: string): Promise<string> {
  try {
    return JSON.stringify(await runAs(database, persona, (transaction) => transaction.unsafe(statement)));
  } catch (error) {
    return JSON.stringify(error instanceof Error ? error.message : error);
  }
}

function listTraces(answer: string, kind: Kind): string[] {
  const { player_id, username, name } = shy[kind];
  return [player_id, username, name].filter((trace) => answer.includes(trace));
}

function expectUnnamed(answer: string, kind: Kind, statement: string): void {
  expect({ statement, named: listTraces(answer, kind) }).toEqual({ statement, named: [] });
}

const strangers: Record<string, () => Persona> = {
  visitor: () => 'anon',
  'another player': () => people.player,
};

describe.each(Object.entries(strangers))('%s', (_who, findPersona) => {
  test.each(kinds)('is told the name of no %s player by any function', async (kind) => {
    const functions = await listReadable();
    expect(functions.length).toBeGreaterThan(15);
    for (const readable of functions) {
      for (const statement of makeCalls(readable, kind)) {
        expectUnnamed(await readAs(findPersona(), statement), kind, statement);
      }
    }
  });

  test.each(kinds)('is told the name of no %s player by any table', async (kind) => {
    const tables = await database.sql<{ name: string; columns: string[] }[]>`
      select c.relname::text as name, array(
        select a.attname::text from pg_attribute as a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          and (has_column_privilege('anon', c.oid, a.attnum, 'select')
            or has_column_privilege('authenticated', c.oid, a.attnum, 'select'))) as columns
      from pg_class as c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm', 'p')`;
    expect(tables.length).toBeGreaterThan(10);
    for (const { name, columns } of tables.filter((table) => table.columns.length > 0)) {
      const statement = `select ${columns.join(', ')} from public.${name}`;
      expectUnnamed(await readAs(findPersona(), statement), kind, statement);
    }
  });
});

test('every function is asked about players, so no test is vacuous', async () => {
  const functions = await listReadable();
  const unknown = functions.flatMap((readable) =>
    readable.arguments
      .filter(({ name, isRequired }) => isRequired && makeArgument(name, 'departed') === null)
      .map(({ name }) => `${readable.name}(${name})`),
  );
  expect(unknown).toEqual([]);
  const naming: string[] = [];
  for (const readable of functions) {
    for (const statement of makeCalls(readable, 'public')) {
      if (listTraces(await readAs('anon', statement), 'public').length > 0) naming.push(readable.name);
    }
  }
  expect([...new Set(naming)]).toEqual(expect.arrayContaining(namingFunctions));
});

test.each(kinds)('a %s player and managers read the row of their profile', async (kind) => {
  const statement = `select username from public.profiles where id = '${shy[kind].player_id}'`;
  expect(await readAs(shy[kind], statement)).toContain(shy[kind].username);
  expect(await readAs(people.manager, statement)).toContain(shy[kind].username);
});
