// Visible rows: for every table and command, the expectation follows from the row's owner.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { decideInBulk } from './credits/bulk-stage.ts';
import { decideRequest, requestCredits } from './credits/credit-stage.ts';
import { sendEvents } from './leaderboard/arena.ts';
import { createPlayer, type Persona, type Player, runAs } from './personas.ts';
import { readRefusal } from './read-refusal.ts';
import { rowOwners } from './row-owners.ts';

const names = ['pia', 'quinn', 'hana', 'dora', 'max', 'ada'] as const;
type Name = (typeof names)[number];
const guildId = '123456789012345678';

let database: TestDatabase;
let people: Record<Name, Player>;

/** Rows that every player has, so no table is empty for anybody. */
async function giveRows(player: Player, index: number): Promise<void> {
  const discordId = `11111111111111111${index}`;
  await database.sql`
    insert into public.discord_links (player_id, discord_user_id, discord_username)
    values (${player.player_id}, ${discordId}, ${`user-${index}`})`;
  await database.sql`
    insert into public.member_roles (guild_id, player_id, discord_user_id)
    values (${guildId}, ${player.player_id}, ${discordId})`;
  await database.sql`
    insert into public.player_tiers (board_id, player_id, period_id, tier, since)
    select period.board_id, ${player.player_id}, period.id, 'elite', now() from leaderboard.board_periods as period limit 1`;
  const events = [
    {
      external_id: `e-${index}`,
      player_id: player.player_id,
      metric: 'deal_closed',
      units: 1,
      occurred_at: new Date(),
    },
  ];
  await sendEvents(database.sql, events, 'test', true);
  const request = await requestCredits(database, player, 10);
  await decideRequest(database, player === people.max ? people.ada : people.max, request.id);
}

beforeAll(async () => {
  database = await createTestDatabase();
  const create = (name: Name, role?: 'manager' | 'admin') => createPlayer(database, name, role);
  people = {
    pia: await create('pia'),
    quinn: await create('quinn'),
    hana: await create('hana'),
    dora: await create('dora'),
    max: await create('max', 'manager'),
    ada: await create('ada', 'admin'),
  };
  await database.sql`select public.upsert_guild(${guildId}, 'Arena')`;
  for (const [index, player] of Object.values(people).entries()) await giveRows(player, index);
  const { id } = await requestCredits(database, people.pia, 20);
  await decideInBulk(database, people.max, [id], { decision: 'reject' });
  await database.sql`update public.profiles set visibility = 'hidden' where id = ${people.hana.player_id}`;
  await database.sql`update public.profiles set left_at = now() where id = ${people.dora.player_id}`;
});
afterAll(() => database.drop());

/** The owners of the rows that a persona sees in a table. */
async function listOwners(persona: Persona, table: string, owner: string): Promise<string[]> {
  const rows = await runAs(database, persona, (transaction) =>
    transaction.unsafe<{ owner: string }[]>(
      `select distinct ${owner} as owner from public.${table} as r where ${owner} is not null`,
    ),
  );
  return rows.map((row) => row.owner).sort();
}

const everybody = (): string[] =>
  Object.values(people)
    .map(({ player_id }) => player_id)
    .sort();

describe.each(
  Object.entries(rowOwners).flatMap(([table, owner]) =>
    typeof owner === 'object' ? [{ table, ...owner }] : [],
  ),
)('$table', ({ table, player: owner }) => {
  test('holds rows of every player', async () => {
    expect(await listOwners('service_role', table, owner)).toEqual(everybody());
  });

  test.each(['pia', 'quinn', 'hana', 'dora'] as const)('shows %s own rows and no others', async (name) => {
    expect(await listOwners(people[name], table, owner)).toEqual([people[name].player_id]);
  });

  test.each(['max', 'ada'] as const)('shows %s all rows', async (name) => {
    expect(await listOwners(people[name], table, owner)).toEqual(everybody());
  });

  test('shows players only rows that have an owner', async () => {
    const [row] = await runAs(database, people.pia, (transaction) =>
      transaction.unsafe<{ stray_count: number }[]>(
        `select count(*)::int as stray_count from public.${table} as r where ${owner} is null`,
      ),
    );
    expect(row?.stray_count).toBe(0);
  });
});

async function countRows(persona: Persona, table: string): Promise<number> {
  const [row] = await runAs(database, persona, (transaction) =>
    transaction.unsafe<{ row_count: number }[]>(`select count(*)::int as row_count from public.${table}`),
  );
  return row?.row_count ?? -1;
}

test.each(Object.entries(rowOwners).filter(([, owner]) => owner === 'managers' || owner === 'admins'))(
  '%s is for %s alone',
  async (table, owner) => {
    const allCount = await countRows('service_role', table);
    expect(allCount).toBeGreaterThan(0);
    expect(await countRows(people.pia, table)).toBe(0);
    expect(await countRows(people.max, table)).toBe(owner === 'managers' ? allCount : 0);
    expect(await countRows(people.ada, table)).toBe(allCount);
  },
);

interface Command {
  name: string;
  parameters: { name: string; type: string }[];
}

/** The functions that a signed-in player may call and that take a parameter of this name. */
async function listCommands(parameter: string): Promise<Command[]> {
  return await database.sql<Command[]>`
    select proc.proname as name, (
      select json_agg(json_build_object('name', argument.name, 'type', format_type(argument.type, null)) order by argument.position)
      from unnest(proc.proargnames, coalesce(proc.proallargtypes, proc.proargtypes::oid[]))
        with ordinality as argument (name, type, position)
      where argument.position <= proc.pronargs) as parameters
    from pg_proc as proc
    where proc.pronamespace = 'public'::regnamespace
      and has_function_privilege('authenticated', proc.oid, 'execute') and ${parameter} = any (proc.proargnames)
    order by proc.proname`;
}

/** A call with only the given values. */
function writeCall({ name, parameters }: Command, values: Record<string, string>): string {
  const list = parameters.map(({ name: parameter, type }) => {
    const value = values[parameter];
    return `${parameter} => ${value === undefined ? 'null' : `'${value}'`}::${type}`;
  });
  return `select public.${name}(${list.join(', ')})`;
}

test('only the service may act for another player through a command', async () => {
  const commands = await listCommands('acting_player_id');
  expect(commands.length).toBeGreaterThan(10);
  for (const command of commands) {
    const call = writeCall(command, { acting_player_id: people.quinn.player_id });
    for (const name of ['pia', 'max', 'ada'] as const) {
      const refusal = readRefusal(runAs(database, people[name], (transaction) => transaction.unsafe(call)));
      expect(await refusal, `${command.name} as ${name}`).toBe('acting_for_another');
    }
  }
});

/**
 * How each function about a player answers other people; `rows`: with what the policies of its tables let them see.
 * New ones must be listed.
 */
const questions: Record<string, 'own' | 'public' | 'admins' | 'rows'> = {
  change_player: 'admins',
  hold_credits_manually: 'admins',
  manage_discord_link: 'admins',
  revoke_credits: 'admins',
  schedule_grant: 'admins',
  get_player_credits: 'own',
  list_open_holds: 'rows',
  list_player_audit: 'rows',
  list_score_events: 'rows',
  get_credit_balances: 'own',
  get_credit_ledger: 'own',
  get_request_limits: 'own',
  list_credit_requests: 'own',
  grant_credits: 'admins',
  explain_movement: 'public',
  get_player_stats: 'public',
  get_standing: 'public',
  get_standings_around: 'public',
};

test('every question about a player is listed', async () => {
  const commands = await listCommands('player_id');
  expect(commands.map(({ name }) => name).sort()).toEqual(Object.keys(questions).sort());
});

test.each(Object.entries(questions).filter(([, kind]) => kind === 'own'))(
  '%s answers about oneself, and managers about everybody',
  async (question) => {
    const command = (await listCommands('player_id')).find(({ name }) => name === question);
    if (!command) throw new Error(`There is no ${question}.`);
    const ask = async (by: Name, about: Name): Promise<string> => {
      const values = { player_id: people[about].player_id, max_rows: '50' };
      const rows = await runAs(database, people[by], (transaction) =>
        transaction.unsafe<{ [key: string]: unknown }[]>(writeCall(command, values)),
      );
      return JSON.stringify(rows[0]?.[question] ?? null);
    };
    const secret = await ask('max', 'quinn');
    expect(secret).not.toBe('null');
    expect(await ask('quinn', 'quinn')).toBe(secret);
    expect(await ask('ada', 'quinn')).toBe(secret);
    const refusal = await readRefusal(ask('pia', 'quinn'));
    if (refusal === null) expect(await ask('pia', 'quinn')).not.toContain(people.quinn.player_id);
    else expect(refusal).toMatch(/^not_your_/);
  },
);
