import type postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#local/postgres/test-database.ts';
import { type Arena, createArena, refreshPeriod, sendEvents } from './leaderboard/arena.ts';
import { findBrokenChains } from './leaderboard/event-chains.ts';
import { killOneWorker, type Round, startWorker } from './leaderboard/sessions.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

const batchCount = 20;
const batchSize = 25;

/** Events for both periods, over all players, some of a capped metric; the same at each call. */
async function makeBatches({ sql, playerIds }: Arena) {
  const [times] = await sql<{ past: string; present: string }[]>`
    select to_json(date_trunc('hour', now()) - interval '3 days') #>> '{}' as past,
      to_json(date_trunc('hour', now())) #>> '{}' as present`;
  return Array.from({ length: batchCount }, (_, batch) =>
    Array.from({ length: batchSize }, (_, index) => ({
      external_id: `event-${batch}-${index}`,
      player_id: playerIds[(batch * 7 + index * 3) % playerIds.length],
      metric: index % 4 === 0 ? 'task_completed' : 'call_booked',
      units: 1 + ((batch + index) % 3) * (index % 4 === 0 ? 5 : 1),
      occurred_at: index % 2 === 0 ? times?.past : times?.present,
    })),
  );
}

async function linkEverybody({ sql, playerIds }: Arena): Promise<void> {
  await sql`
    insert into public.discord_links (player_id, discord_user_id, discord_username)
    select id, '2' || lpad(row_number() over ()::text, 17, '0'), 'someone' from unnest(${playerIds}::uuid[]) as id`;
}

async function closePast(sql: postgres.Sql, arena: Arena): Promise<void> {
  await sql`select private.freeze_period(${arena.pastPeriodId})`;
  await sql`select private.archive_period(${arena.pastPeriodId})`;
}

/** Each player's points by the events alone, against what the two periods together show. */
async function findMiscounted({ sql, pastPeriodId, currentPeriodId }: Arena) {
  return sql`
    select e.player_id, e.points, s.points as shown
    from (select player_id, sum(points) as points from public.score_events group by player_id) as e
    left join (
      select player_id, sum(score) as points from private.standings
      where period_id in (${pastPeriodId}, ${currentPeriodId}) group by player_id
    ) as s on s.player_id = e.player_id
    where e.points is distinct from s.points`;
}

/** Events of the past period that were late by its final archive must be exactly those sent on to the next one. */
async function findMisrouted({ sql, pastPeriodId }: Arena) {
  return sql`
    select e.id from public.score_events as e cross join private.board_periods as p
    left join private.late_routes as r on r.event_id = e.id
    where p.id = ${pastPeriodId} and e.occurred_at >= p.starts_at and e.occurred_at < p.ends_at
      and pg_visible_in_snapshot(e.transaction_id, p.applied_snapshot) = (r.event_id is not null)`;
}

it('ends with the right board when senders, refreshes and a close race and sessions are killed', async () => {
  const { sql } = database;
  const arena = await createArena(sql, { playerCount: 40, countsEverything: true, leafMax: 4 });
  await linkEverybody(arena);
  const batches = await makeBatches(arena);
  const sent = [new Set<number>(), new Set<number>(), new Set<number>()];

  // Each of three senders sends every batch, in its own order, so that every event comes three times.
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
  const workers = await Promise.all([
    ...senders,
    repeat(database.url, 'worker-refresh-0', refreshBoth),
    repeat(database.url, 'worker-refresh-1', refreshBoth),
    repeat(database.url, 'worker-close', async (own) => {
      if ((sent[0]?.size ?? 0) > batchCount / 3) await closePast(own, arena);
      else await own`select pg_sleep(0.01)`;
    }),
    repeat(database.superuserUrl, 'killer', async (own) => {
      // Paced by progress, so that the race ends however slow the machine is.
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
    select count(*)::int as events, count(distinct external_id)::int as ids from public.score_events`;
  expect(recorded).toEqual({ events: batchCount * batchSize, ids: batchCount * batchSize });
  expect(await findMiscounted(arena)).toEqual([]);
  expect(await findMisrouted(arena)).toEqual([]);
  expect(await findBrokenChains(sql, arena.currentPeriodId)).toEqual([]);
  const [closed] = await sql`
    select (public.verify_archive(${arena.pastPeriodId}) ->> 'is_intact')::boolean as is_intact,
      (select count(*)::int from private.outbox where name = 'leaderboard/period.closed') as told`;
  expect(closed).toEqual({ is_intact: true, told: 1 });
}, 180_000);

it('never gives more than the daily cap to senders at the same time', async () => {
  const { sql } = database;
  const [playerId] = (await createArena(sql, { playerCount: 1 })).playerIds;
  const senders = Array.from({ length: 4 }, (_, sender) =>
    startWorker(database.url, `worker-cap-${sender}`, async (own): Promise<Round> => {
      const events = Array.from({ length: 20 }, (_, index) => ({
        external_id: `cap-${sender}-${index}`,
        player_id: playerId,
        metric: 'task_completed',
        units: 3,
        occurred_at: '2026-11-01T12:00:00Z',
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
      select player_id, score::int from private.standings where period_id = ${arena.currentPeriodId}`;
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

it('lets a second refresh of a board go at once, and counts it', async () => {
  const { sql } = database;
  const arena = await createArena(sql, { playerCount: 1 });
  await sql.begin(async (first) => {
    await refreshPeriod(first, arena.currentPeriodId);
    expect(await refreshPeriod(sql, arena.currentPeriodId)).toEqual({ status: 'busy' });
  });
  const [period] = await sql`
    select p.version::int, s.skipped_count::int
    from private.board_periods as p join private.refresh_skips as s on s.period_id = p.id
    where p.id = ${arena.currentPeriodId}`;
  expect(period).toEqual({ version: 1, skipped_count: 1 });
});
