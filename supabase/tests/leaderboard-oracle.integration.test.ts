import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#local/postgres/test-database.ts';
import { type Arena, createArena, refreshPeriod } from './leaderboard/arena.ts';
import { comparePages, comparePlayers, compareVersion } from './leaderboard/compare-with-oracle.ts';
import { EventWatch } from './leaderboard/event-watch.ts';
import { histories, Player, type Step } from './leaderboard/history.ts';
import { type ExpectedStanding, readOracle } from './leaderboard/oracle.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

/** Plays one history; after each refresh every read must say what the oracle says. */
class Run {
  readonly #arena: Arena;
  readonly #player: Player;
  readonly #events: EventWatch;
  readonly #versions = new Map<number, ExpectedStanding[]>();
  #lastEventIdAtClose: number | null = null;

  constructor(arena: Arena, mayRefuse: boolean) {
    this.#arena = arena;
    this.#player = new Player(arena.sql, arena, mayRefuse);
    this.#events = new EventWatch(arena.sql, arena);
  }

  async play(steps: Step[]): Promise<void> {
    for (const step of steps) {
      if (step.kind === 'refresh') await this.#refresh();
      else if (step.kind === 'close') await this.#close();
      else await this.#player.play(step);
    }
    await this.#refresh();
    for (const [version, expected] of this.#versions) {
      await compareVersion(this.#arena.sql, this.#arena, version, expected);
    }
  }

  async #refresh(): Promise<void> {
    const { sql, pastPeriodId, currentPeriodId } = this.#arena;
    for (const periodId of [pastPeriodId, currentPeriodId]) {
      const answer = await refreshPeriod(sql, periodId);
      const expected = await readOracle(sql, this.#arena, periodId, this.#lastEventIdAtClose);
      // Who hid after the close still has a place in the archive; that is compared where it is closed.
      if (answer.status === 'not_open') continue;
      await comparePages(sql, this.#arena, periodId, expected);
      await comparePlayers(sql, this.#arena, periodId, expected);
      await this.#compareCounts(periodId, expected.length);
      if (periodId !== currentPeriodId) continue;
      if (answer.version !== undefined) this.#versions.set(answer.version, expected);
      await this.#events.compare(answer, expected);
    }
  }

  async #close(): Promise<void> {
    if (this.#lastEventIdAtClose !== null) return;
    const { sql, pastPeriodId } = this.#arena;
    const [last] = await sql<
      { id: number }[]
    >`select coalesce(max(id), 0)::int as id from public.score_events`;
    this.#lastEventIdAtClose = last?.id ?? 0;
    const [closed] = await sql`
      select private.freeze_period(${pastPeriodId}) ->> 'status' as frozen,
        private.archive_period(${pastPeriodId}) ->> 'status' as archived`;
    expect(closed).toEqual({ frozen: 'closing', archived: 'closed' });
    const expected = await readOracle(sql, this.#arena, pastPeriodId, this.#lastEventIdAtClose);
    await comparePages(sql, this.#arena, pastPeriodId, expected);
    await comparePlayers(sql, this.#arena, pastPeriodId, expected);
    const [verified] = await sql`select public.verify_archive(${pastPeriodId}) ->> 'is_intact' as is_intact`;
    expect(verified?.is_intact).toBe('true');
    await this.#events.expectClosed();
  }

  /** The nodes must add up, and nobody may be counted twice or not at all. */
  async #compareCounts(periodId: number, playerCount: number): Promise<void> {
    const [counts] = await this.#arena.sql`
      select
        (select count(*) from private.standing_nodes as n, lateral (
          select count(*) as listed from private.standings as s
          where s.period_id = n.period_id and s.order_key is not null
            and substring(s.order_key for length(n.prefix)) = n.prefix) as c
        where n.period_id = ${periodId} and c.listed <> n.cumulative[256])::int as wrong_nodes,
        (select coalesce(max(cumulative[256]), 0) from private.standing_nodes
          where period_id = ${periodId} and prefix = '')::int as counted`;
    expect(counts).toEqual({ wrong_nodes: 0, counted: playerCount });
  }
}

it.each(['next_period', 'refuse'] as const)(
  'says after any history what a plain query says (late events: %s)',
  async (latePolicy) => {
    await fc.assert(
      fc.asyncProperty(histories, fc.constantFrom(2, 3, 8, 256), async (steps, leafMax) => {
        const arena = await createArena(database.sql, {
          playerCount: 14,
          latePolicy,
          leafMax,
        });
        try {
          await new Run(arena, latePolicy === 'refuse').play(steps);
        } finally {
          // Boards of earlier runs must not judge the events of later ones.
          await database.sql`update public.boards set is_active = false where id = ${arena.boardId}`;
        }
      }),
      { numRuns: Number(process.env.ORACLE_RUNS ?? 12), endOnFailure: process.env.ORACLE_SHRINK !== 'yes' },
    );
  },
  600_000,
);
