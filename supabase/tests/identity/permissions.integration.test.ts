// Permissions: the functions that policies and commands call, for every caller, role and state of a player.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Persona, type Player, runAs } from '../personas.ts';
import { readRefusal } from '../read-refusal.ts';

const names = ['pia', 'max', 'ada', 'left-pia', 'left-max', 'left-ada', 'hana', 'nora'] as const;
type Name = (typeof names)[number];
const managers = ['max', 'ada'];

let database: TestDatabase;
let people: Record<Name, Player>;
beforeAll(async () => {
  database = await createTestDatabase();
  const create = async (name: Name, role?: 'manager' | 'admin'): Promise<Player> => {
    const player = await createPlayer(database, name.replace('-', '.'), role);
    const left = name.startsWith('left') ? new Date() : null;
    const visibility = { hana: 'hidden', nora: 'anonymous' }[String(name)] ?? 'public';
    await database.sql`
      update public.profiles set left_at = ${left}, visibility = ${visibility} where id = ${player.player_id}`;
    return player;
  };
  people = {
    pia: await create('pia'),
    max: await create('max', 'manager'),
    ada: await create('ada', 'admin'),
    'left-pia': await create('left-pia'),
    'left-max': await create('left-max', 'manager'),
    'left-ada': await create('left-ada', 'admin'),
    hana: await create('hana'),
    nora: await create('nora'),
  };
});
afterAll(() => database.drop());

const callers = [...names, 'anon', 'service_role'] as const;
const findPersona = (name: (typeof callers)[number]): Persona =>
  name === 'anon' || name === 'service_role' ? name : people[name];

async function ask(by: (typeof callers)[number], question: string): Promise<unknown> {
  return await runAs(database, findPersona(by), async (transaction) => {
    const [row] = await transaction.unsafe<{ answer: unknown }[]>(`select ${question} as answer`);
    return row?.answer;
  });
}

describe.each(names)('%s', (name) => {
  test.each(['player', 'manager', 'admin', 'nonsense'])(
    'is at least %s only as a member of the community',
    async (role) => {
      const [row] =
        await database.sql`select identity.has_role(${people[name].player_id}, ${role}) as answer`;
      const expected: Record<string, boolean> = {
        player: true,
        manager: managers.includes(name),
        admin: name === 'ada',
        nonsense: false,
      };
      expect(row?.answer).toBe(expected[role]);
    },
  );

  test('is the person whom the token names', async () => {
    expect(await ask(name, 'identity.current_player_id()')).toBe(people[name].player_id);
    expect(await ask(name, 'identity.is_manager()')).toBe(managers.includes(name));
    expect(await ask(name, 'identity.is_admin()')).toBe(name === 'ada');
  });

  test('is visible to everybody when public and present, else to themselves, managers and the service', async () => {
    const isShown = ['pia', 'max', 'ada'].includes(name);
    for (const caller of ['anon', 'pia', 'max', 'ada', 'left-max', 'hana', name, 'service_role'] as const) {
      const isEntitled = caller === name || managers.includes(caller) || caller === 'service_role';
      const [row] = await database.sql.begin(async (sql) => {
        await sql`grant execute on all functions in schema platform, leaderboard to anon, authenticated, service_role`;
        await sql`grant usage on schema platform, leaderboard to anon, authenticated, service_role`;
        const persona = findPersona(caller);
        const role = typeof persona === 'string' ? persona : 'authenticated';
        const claims = typeof persona === 'string' ? { role } : { role, sub: persona.user_id };
        await sql`grant select on public.profiles to anon, authenticated, service_role`;
        // Behind a function that sees every row, only the result itself protects the player.
        await sql`
          create function public.ask_as_definer(id uuid) returns boolean language sql security definer
          return leaderboard.can_see_standing(id)`;
        await sql`grant execute on function public.ask_as_definer(uuid) to anon, authenticated, service_role`;
        await sql`select set_config('request.jwt.claims', ${JSON.stringify(claims)}, true), set_config('role', ${role}, true)`;
        const answer = await sql`
          select leaderboard.can_see_standing(${people[name].player_id}) as answer,
            public.ask_as_definer(${people[name].player_id}) as definer_answer`;
        await sql`rollback`;
        return answer;
      });
      const isAnswered = isShown || isEntitled;
      expect(row, `${caller} sees ${name}`).toEqual({ answer: isAnswered, definer_answer: isAnswered });
    }
  });
});

test('an anonymous caller has no player', async () => {
  const [row] = await database.sql`
    select identity.has_role(${randomUUID()}, 'player') as role, identity.has_role(null, 'player') as no_role,
      leaderboard.can_see_standing(${randomUUID()}) as standing`;
  expect(row).toEqual({ role: false, no_role: false, standing: false });
});

test('the database owner counts as the service, and no client does', async () => {
  const [row] =
    await database.sql`select platform.is_operator() as operator, platform.is_service() as service`;
  expect(row).toEqual({ operator: true, service: true });
  const [superuser] = await database.admin`select platform.is_operator() as operator`;
  expect(superuser).toEqual({ operator: true });
  for (const [role, service] of [
    ['anon', false],
    ['authenticated', false],
    ['service_role', true],
  ] as const) {
    const [answer] = await database.sql.begin(async (sql) => {
      await sql`grant usage on schema platform, leaderboard to anon, authenticated, service_role`;
      await sql`grant execute on all functions in schema platform, leaderboard to anon, authenticated, service_role`;
      await sql`select set_config('role', ${role}, true)`;
      const rows = await sql`select platform.is_operator() as operator, platform.is_service() as service`;
      await sql`rollback`;
      return rows;
    });
    expect(answer).toEqual({ operator: false, service });
  }
});

test('acting for nobody, or for a player who does not exist, is refused', async () => {
  const resolve = (id: string | null) => readRefusal(database.sql`select identity.resolve_actor(${id})`);
  expect(await resolve(randomUUID())).toBe('player_not_found');
  expect(await resolve(null)).toBe('not_signed_in');
  expect(await resolve(people.pia.player_id)).toBeNull();
});

test.each(names)('%s is an admin for a command only as a member of the community', async (name) => {
  const [id, isAdmin] = [people[name].player_id, name === 'ada'];
  const work = database.sql`select identity.resolve_admin(${id}, 'No.') as actor`;
  expect(await readRefusal(work)).toBe(isAdmin ? null : 'not_admin');
  if (isAdmin) expect((await work)[0]?.actor).toBe(id);
});

test('the service is an unnamed admin, and reads only the players it names', async () => {
  const [row] = await database.sql`
    select identity.resolve_admin(null, 'No.') as admin, credits.resolve_reader(${people.hana.player_id}) as reader`;
  expect(row).toEqual({ admin: null, reader: people.hana.player_id });
  expect(await readRefusal(database.sql`select credits.resolve_reader(null)`)).toBe('player_missing');
});

test.each(['pia', 'max', 'ada', 'left-max', 'hana'] as const)(
  '%s reads the credits they may see',
  async (name) => {
    const read = (id: string | null) =>
      ask(name, `public.get_credit_balances(${id === null ? 'null' : `'${id}'`})`);
    const own = await read(null);
    expect(await read(people[name].player_id)).toEqual(own);
    const refusal = await readRefusal(read(people.nora.player_id));
    expect(refusal).toBe(managers.includes(name) ? null : 'not_your_credits');
  },
);

test('messages for managers go to present ones with an account, each on their own topic', async () => {
  await database.sql.begin(async (sql) => {
    await sql`insert into public.profiles (username, display_name, role) values ('ghost', 'Ghost', 'manager')`;
    await sql`delete from realtime.messages`;
    await sql`select platform.send_to_managers('{"n": 1}', 'told', 'requests')`;
    const rows = await sql<
      { topic: string }[]
    >`select topic, event, private, payload ->> 'n' as n from realtime.messages`;
    const expected = [people.max, people.ada].map(({ player_id }) => ({
      topic: `admin:requests:${player_id}`,
      ...{ event: 'told', private: true, n: '1' },
    }));
    expect([...rows].sort((a, b) => a.topic.localeCompare(b.topic))).toEqual(
      expected.sort((a, b) => a.topic.localeCompare(b.topic)),
    );
    await sql`rollback`;
  });
});

test('every table of the API guards its rows, even if everybody or nobody may read them', async () => {
  const rows = await database.sql`
    select relname from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relrowsecurity`;
  expect([...rows]).toEqual([]);
});
