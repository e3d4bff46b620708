import type postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { type Arena, createArena, refreshPeriod, sendEvents } from '../arena.ts';
import { compareRacedBoards, findMiscapped, findMisrouted } from '../oracle/compare-race.ts';
import { findBrokenChains } from '../oracle/event-chains.ts';
import { findWrongNodes } from '../oracle/find-wrong-nodes.ts';
import { killOneWorker, type Round, startWorker } from '../sessions.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

const batchCount = 20;
const batchSize = 25;

/**
 * Events for both periods, over all players, some of a capped metric, and voids of others; the same on each
 * call.
 */
async function makeBatches({ sql, playerIds }: Arena) {
  const [times] = await sql<{ past: string; present: string }[]>`
    select to_json(date_trunc('hour', now()) - interval '3 days') #>> '{}' as past,
      to_json(date_trunc('hour', now())) #>> '{}' as present`;
  return Array.from({ length: batchCount }, (_, batch) => [
    ...Array.from({ length: batchSize }, (_, index) => ({
      external_id: `event-${batch}-${index}`,
      player_id: playerIds[(batch * 7 + index * 3) % playerIds.length],
      metric: index % 4 === 0 ? 'task_completed' : 'call_booked',
      units: 1 + ((batch + index) % 3) * (index % 4 === 0 ? 5 : 1),
      occurred_at: index % 2 === 0 ? times?.past : times?.present,
    })),
    // Accepted once the events exist, which is not yet the case for the first sender.
    ...[1, 2].map((index) => ({
      external_id: `void-${batch}-${index}`,
      voids: `event-${batch}-${index}`,
      occurred_at: times?.present,
    })),
  ]);
}

async function linkEverybody({ sql, playerIds }: Arena): Promise<void> {
  await sql`
    insert into public.discord_links (player_id, discord_user_id, discord_username)
    select id, '2' || lpad(row_number() over ()::text, 17, '0'), 'someone' from unnest(${playerIds}::uuid[]) as id`;
}

/** The past period's progress from open through closed to purged, as far as possible now. */
async function closePast(sql: postgres.Sql, arena: Arena): Promise<void> {
  await sql`select leaderboard.freeze_period(${arena.pastPeriodId})`;
  await sql`select leaderboard.archive_period(${arena.pastPeriodId})`;
  await sql`select leaderboard.thin_all_history()`;
  await sql`select leaderboard.purge_period(${arena.pastPeriodId})`;
}

it('ends with the right boards although all writers race and are killed or cancelled', async () => {
  const { sql } = database;
  const arena = await createArena(sql, { playerCount: 40, countsEverything: true, leafMax: 4 });
  await linkEverybody(arena);
  // Minimal retention, so thinning and purging have much to do.
  await sql`
    update leaderboard.leaderboard_settings set keep_every_version_for = '0', keep_hourly_versions_for = '0',
      keep_daily_versions_for = '0', keep_closed_standings_for = '0'`;
  const batches = await makeBatches(arena);
  const sent = [new Set<number>(), new Set<number>(), new Set<number>()];

  // Each of three senders sends every batch, in its own order, so every event arrives three times.
  const senders = sent.map((done, index) => {
    const order = batches.map((_, position) => (position * ([1, 3, 7][index] ?? 1)) % batches.length);
    return startWorker(database.url, `worker-sender-${index}`, async (own): Promise<Round> => {
      const next = order.find((batch) => !done.has(batch));
      if (next === undefined) return 'done';
      await sendEvents(own, batches[next] ?? []);
      done.add(next);
      return 'again';
    });
  });
  let nextKillAt = 3;
  const isSending = () => sent.some((done) => done.size < batchCount);
  const repeat = (url: string, name: string, work: (own: postgres.Sql) => Promise<unknown>) =>
    startWorker(url, name, async (own): Promise<Round> => {
      await work(own);
      return isSending() ? 'again' : 'done';
    });
  const refreshBoth = async (own: postgres.Sql) => {
    await refreshPeriod(own, arena.pastPeriodId);
    await refreshPeriod(own, arena.currentPeriodId);
  };
  /** Nothing closes before there is something to close. */
  const later = (work: (own: postgres.Sql) => Promise<unknown>) => async (own: postgres.Sql) => {
    if ((sent[0]?.size ?? 0) > batchCount / 3) await work(own);
    else await own`select pg_sleep(0.01)`;
  };
  const workers = await Promise.all([
    ...senders,
    repeat(database.url, 'worker-refresh-0', refreshBoth),
    repeat(database.url, 'worker-refresh-1', refreshBoth),
    repeat(
      database.url,
      'worker-close',
      later((own) => closePast(own, arena)),
    ),
    repeat(
      database.url,
      'worker-schedule',
      later((own) => own`call leaderboard.refresh_due_boards()`),
    ),
    repeat(
      database.url,
      'worker-closing-schedule',
      later((own) => own`call leaderboard.close_due_periods()`),
    ),
    repeat(database.url, 'worker-thin', (own) => own`select leaderboard.thin_all_history()`),
    repeat(
      database.url,
      'worker-rename',
      (own) => own`update public.profiles set display_name = 'Name ' || random() where random() < 0.1`,
    ),
    repeat(
      database.url,
      'worker-change-board',
      (own) => own`select public.update_board(${arena.slug}, name => 'Arena ' || random())`,
    ),
    repeat(database.superuserUrl, 'killer', async (own) => {
      // Paced by progress, so the race ends however slow the machine is.
      const progress = sent.reduce((sum, done) => sum + done.size, 0);
      if (progress >= nextKillAt) {
        await killOneWorker(own);
        nextKillAt = progress + 4;
      } else await own`select pg_sleep(0.01)`;
    }),
  ]);
  expect(workers.reduce((sum, { killedCount }) => sum + killedCount, 0)).toBeGreaterThan(0);
  await closePast(sql, arena);
  await refreshPeriod(sql, arena.currentPeriodId);

  const [recorded] = await sql`
    select count(*) filter (where voids_id is null)::int as events, count(distinct external_id)::int as ids
    from public.score_events`;
  expect(recorded).toMatchObject({ events: batchCount * batchSize });
  // A run counts the period during which it was cancelled as failed.
  const failed = await sql`
    select last_error from leaderboard.refresh_runs where last_error not like '%canceling statement%'`;
  expect(failed).toEqual([]);
  expect(await findMisrouted(arena)).toEqual([]);
  expect(await findMiscapped(arena)).toEqual([]);
  await compareRacedBoards(arena);
  expect(await findWrongNodes(sql, arena.currentPeriodId)).toEqual([]);
  const misnamed = await sql`
    select from leaderboard.board_tops as t, json_to_recordset(t.page -> 'standings') as s (player_id uuid, display_name text)
    join public.profiles as p on p.id = s.player_id
    where t.period_id = ${arena.currentPeriodId} and p.display_name <> s.display_name`;
  expect(misnamed).toHaveLength(0);
  expect(await findBrokenChains(sql, arena.currentPeriodId)).toEqual([]);
  expect(await findBrokenChains(sql, arena.pastPeriodId)).toEqual([]);
  const [closed] = await sql`
    select (public.verify_archive(${arena.pastPeriodId}) ->> 'is_intact')::boolean as is_intact,
      (select count(*)::int from platform.outbox where name = 'leaderboard/period.closed'
        and (data ->> 'period_id')::bigint = ${arena.pastPeriodId}) as told,
      (select count(*)::int from leaderboard.standings where period_id = ${arena.pastPeriodId}) as working_rows`;
  expect(closed).toEqual({ is_intact: true, told: 1, working_rows: 0 });
}, 600_000);

it('never gives more than the daily cap to senders at the same time', async () => {
  const { sql } = database;
  const [playerId] = (await createArena(sql, { playerCount: 1 })).playerIds;
  const fullHour = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000).toISOString();
  const senders = Array.from({ length: 4 }, (_, sender) =>
    startWorker(database.url, `worker-cap-${sender}`, async (own): Promise<Round> => {
      const events = Array.from({ length: 20 }, (_, index) => ({
        external_id: `cap-${sender}-${index}`,
        player_id: playerId,
        metric: 'task_completed',
        units: 3,
        occurred_at: fullHour,
      }));
      await sendEvents(own, events);
      return 'done';
    }),
  );
  await Promise.all(senders);
  const [given] = await sql`
    select sum(points)::int as points, count(*)::int as events from public.score_events where player_id = ${playerId ?? ''}`;
  expect(given).toEqual({ points: 250, events: 80 });
});

it('applies an event of a transaction that was open during a refresh with the next one, once', async () => {
  const { sql } = database;
  const arena = await createArena(sql, { playerCount: 2 });
  const [early, late] = arena.playerIds;
  const send = (own: postgres.ISql, playerId: string | undefined, id: string) =>
    sendEvents(own, [
      {
        external_id: id,
        player_id: playerId,
        metric: arena.metric,
        units: 1,
        occurred_at: new Date().toISOString(),
      },
    ]);
  const readScores = async () => {
    const rows = await sql`
      select player_id, score::int from leaderboard.standings where period_id = ${arena.currentPeriodId}`;
    return Object.fromEntries(rows.map(({ player_id, score }) => [player_id, score]));
  };
  await sql.begin(async (open) => {
    await send(open, late, 'open');
    await send(sql, early, 'committed');
    await refreshPeriod(sql, arena.currentPeriodId);
    expect(await readScores()).toEqual({ [early ?? '']: 100 });
  });
  await refreshPeriod(sql, arena.currentPeriodId);
  expect(await readScores()).toEqual({ [early ?? '']: 100, [late ?? '']: 100 });
  expect(await refreshPeriod(sql, arena.currentPeriodId)).toMatchObject({ status: 'unchanged', version: 2 });
});

it('makes a second refresh of a board return at once, and counts it', async () => {
  const { sql } = database;
  const arena = await createArena(sql, { playerCount: 1 });
  await sql.begin(async (first) => {
    await refreshPeriod(first, arena.currentPeriodId);
    expect(await refreshPeriod(sql, arena.currentPeriodId)).toEqual({ status: 'busy' });
  });
  const [period] = await sql`
    select p.version::int, s.skipped_count::int
    from leaderboard.board_periods as p join leaderboard.period_setbacks as s on s.period_id = p.id
    where p.id = ${arena.currentPeriodId}`;
  expect(period).toEqual({ version: 1, skipped_count: 1 });
});
