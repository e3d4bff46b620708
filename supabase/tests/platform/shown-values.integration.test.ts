import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

/** Whether JavaScript, and therefore a page, can show a time in this zone. */
function isShown(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone }).format(0) !== '';
  } catch {
    return false;
  }
}

test('accepted zones are those that both the database and JavaScript know', async () => {
  const rows = await database.sql<{ name: string; is_accepted: boolean }[]>`
    select name, platform.is_shown_zone_name(name) as is_accepted from pg_timezone_names`;
  expect(rows.length).toBeGreaterThan(400);
  const differing = rows.filter(({ name, is_accepted }) => is_accepted !== isShown(name));
  expect(differing).toEqual([]);
});

test('every zone that a form offers is accepted', async () => {
  const names = ['UTC', ...Intl.supportedValuesOf('timeZone')];
  const refused = await database.sql`
    select name from unnest(${names}::text[]) as offered (name)
    where not platform.is_shown_zone_name(name) or name not in (select zone.name from pg_timezone_names as zone)`;
  expect(refused).toEqual([]);
});

test.each(['Factory', 'posix/Europe/Berlin', 'right/UTC', 'localtime', 'posixrules', 'europe/berlin', ''])(
  'the zone %j is refused for players and boards',
  async (zone) => {
    const change = database.sql`insert into public.profiles (username, display_name, time_zone) values ('z', 'Z', ${zone})`;
    await expect(change).rejects.toMatchObject({ code: 'DS400' });
    await expect(database.sql`update public.boards set time_zone = ${zone}`).rejects.toThrow();
  },
);

test.each(['infinity', '-infinity', '0001-01-01T00:00:00Z BC', '10000-01-01T00:00:00Z'])(
  'a period that begins or ends at %s is refused',
  async (time) => {
    const plan = (starts_at: string, ends_at: string) =>
      database.sql`
        insert into leaderboard.board_periods (board_id, name, starts_at, ends_at)
        select id, 'S', ${starts_at}::text::timestamptz, ${ends_at}::text::timestamptz
        from public.boards where slug = 'all-time'`;
    const refusal = { code: 'DS400', detail: 'time_out_of_range' };
    if (!/^-|BC/.test(time)) await expect(plan('2030-01-01T00:00:00Z', time)).rejects.toMatchObject(refusal);
    else await expect(plan(time, '2031-01-01T00:00:00Z')).rejects.toMatchObject(refusal);
  },
);

test('every time that somebody chooses is checked', async () => {
  const rows = await database.sql<{ table: string }[]>`
    select distinct tgrelid::regclass::text as "table" from pg_trigger
    where tgfoid = 'platform.check_shown_times'::regproc order by 1`;
  expect(rows.map((row) => row.table)).toEqual([
    'credit_lots',
    'credit_requests',
    'credits.delegations',
    'credits.group_lists',
    'credits.policy_versions',
    'credits.scheduled_grants',
    'integrations.api_keys',
    'leaderboard.board_periods',
    'score_rules',
  ]);
});
