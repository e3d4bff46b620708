import { expect } from 'vitest';
import { tierOfPosition } from '#domain/leaderboard/tier-of-position.ts';
import type { LatePolicy, Tier } from '#domain/leaderboard/vocabulary.ts';
import { refreshBoard, refreshPeriod } from '../arena.ts';
import { BoardPast } from './board-past.ts';
import { compareExplanations, compareHistory } from './compare-movement.ts';
import { comparePair } from './compare-pairs.ts';
import {
  comparePages,
  comparePlaces,
  compareSeveral,
  compareVersions,
  type Expected,
} from './compare-places.ts';
import { compareSearch, compareStatistics, compareStats } from './compare-profiles.ts';
import { compareRulesInForce, compareSimulation } from './compare-simulation.ts';
import { EventWatch } from './event-watch.ts';
import { readFaces } from './faces.ts';
import { findWrongNodes } from './find-wrong-nodes.ts';
import { Player, type Step } from './history.ts';
import { type ExpectedBoard, readOracle } from './oracle.ts';
import type { OracleArena } from './oracle-arena.ts';
import { ScoreLog, toIso } from './score-log.ts';

/** Plays one history; after each refresh every read must match the oracle. */
export class OracleRun {
  readonly #arena: OracleArena;
  readonly #log: ScoreLog;
  readonly #player: Player;
  readonly #events: EventWatch;
  readonly #pasts = { past: new BoardPast(), current: new BoardPast() };
  /** The clock of the refreshes; long ago, so it never overtakes the real one. */
  #now: number;
  #turn = 0;

  constructor(arena: OracleArena, latePolicy: LatePolicy) {
    this.#arena = arena;
    this.#log = new ScoreLog(arena.pastEndsAt, latePolicy);
    this.#log.rules.push(...arena.rules);
    this.#player = new Player(arena, this.#log);
    this.#events = new EventWatch(arena);
    this.#now = arena.hourAt - 600 * 86_400_000_000;
  }

  async play(steps: Step[]): Promise<void> {
    for (const step of steps) {
      if (step.kind === 'refresh') await this.#refresh(step.minutes);
      else if (step.kind === 'close') await this.#close();
      else if (step.kind === 'thin') await this.#thin();
      else await this.#player.play(step);
    }
    await this.#refresh(1);
    const { arena, currentPeriodId: periodId } = { arena: this.#arena, ...this.#arena };
    await compareVersions({ arena, periodId, past: this.#pasts.current });
  }

  async #refresh(minutes: number): Promise<void> {
    this.#now += minutes * 60_000_000;
    const { sql, pastPeriodId } = this.#arena;
    if (!this.#log.isPastClosed) {
      const answer = await refreshPeriod(sql, pastPeriodId, toIso(this.#now));
      await this.#publish('past', answer);
      await this.#comparePast();
    }
    await this.#publish('current', await refreshBoard(sql, this.#arena.slug, toIso(this.#now)));
    await this.#compareCurrent();
  }

  /** Records what a refresh must have published. */
  async #publish(which: 'past' | 'current', answer: { status: string; version?: number }): Promise<void> {
    const isRefreshed = answer.status === 'refreshed';
    if (isRefreshed && answer.version !== undefined) {
      this.#log.apply(which, answer.version);
      const board = await readOracle(this.#arena.sql, this.#log.list(which));
      const tiers = await this.#readTiers(this.#periodId(which));
      if (which === 'current' && this.#arena.titleHold === 0) expect(tiers).toEqual(tiersByPosition(board));
      this.#pasts[which].add(board, answer.version, this.#now, tiers);
    } else this.#pasts[which].check(this.#now);
    // No sent event may be omitted, whatever the refresh reported.
    expect(this.#log.list(which, false)).toEqual(this.#log.list(which));
    const { latest } = this.#pasts[which];
    if (latest) await this.#events.compare(this.#periodId(which), isRefreshed, latest);
  }

  async #readTiers(periodId: number): Promise<Map<string, Tier>> {
    const rows = await this.#arena.sql<{ player_id: string; tier: Tier }[]>`
      select player_id, tier from public.player_tiers where period_id = ${periodId}`;
    return new Map(rows.map(({ player_id, tier }) => [player_id, tier]));
  }

  #periodId(which: 'past' | 'current'): number {
    return which === 'past' ? this.#arena.pastPeriodId : this.#arena.currentPeriodId;
  }

  async #expect(which: 'past' | 'current', tierOf: Expected['tierOf']): Promise<Expected> {
    const periodId = this.#periodId(which);
    const past = this.#pasts[which];
    if (!past.latest) throw new Error('The period was never published.');
    const faces = await readFaces(this.#arena.sql, periodId, this.#arena.playerIds);
    const isClosed = which === 'past' && this.#log.isPastClosed;
    return { arena: this.#arena, periodId, board: past.latest, past, faces, tierOf, isClosed };
  }

  /** The past period awards no tiers, so its archive has none: tiers belong to the current one. */
  async #comparePast(): Promise<void> {
    const expected = await this.#expect('past', () => null);
    await comparePages(expected);
    await comparePlaces(expected);
    await compareSeveral(expected);
    if (!expected.isClosed) await this.#expectRightNodes(expected);
  }

  async #compareCurrent(): Promise<void> {
    const tiers = this.#pasts.current.latest?.tiers;
    const expected = await this.#expect('current', (_, playerId) => tiers?.get(playerId) ?? null);
    const entries = this.#log.list('current');
    const [first, second, third] = this.#pickPlayers();
    await comparePages(expected);
    await comparePlaces(expected);
    await compareSeveral(expected);
    await this.#expectRightNodes(expected);
    await compareExplanations(expected, entries, [first, second, third]);
    await compareHistory(expected, [first, second], this.#turn % 2 === 0 ? 500 : 3);
    await compareSearch(expected);
    await compareStatistics(expected);
    const archive = this.#log.isPastClosed ? (this.#pasts.past.latest?.standings ?? []) : [];
    await compareStats(expected, this.#log.entries.slice(), first, archive);
    await comparePair(expected, this.#log.entries, entries, [first, second]);
    await comparePair(expected, this.#log.entries, entries, [third, first]);
    const { metric, minorMetric, cappedMetric } = this.#arena;
    await compareRulesInForce(expected, this.#log.rules);
    await compareSimulation(expected, this.#log.entries, {
      metric: [metric, minorMetric, cappedMetric][this.#turn % 3] ?? metric,
      pointsPerUnit: (this.#turn * 7) % 23,
      dailyCap: this.#turn % 4 === 0 ? null : 5 + ((this.#turn * 5) % 40),
      timeZone: this.#turn % 2 === 0 ? 'UTC' : 'Asia/Tokyo',
    });
  }

  /**
   * A different subset at each refresh, because all would take too long; in the end everybody has been checked.
   */
  #pickPlayers(): [string, string, string] {
    this.#turn += 1;
    const pick = (offset: number) =>
      this.#arena.playerIds[(this.#turn * 3 + offset) % this.#arena.playerIds.length] ?? '';
    return [pick(0), pick(1), pick(2)];
  }

  async #thin(): Promise<void> {
    const { sql } = this.#arena;
    for (const which of ['past', 'current'] as const) {
      const periodId = this.#periodId(which);
      await sql`select leaderboard.thin_history(${periodId})`;
      const kept = await sql<{ version: number }[]>`
        select version::int from leaderboard.board_versions where period_id = ${periodId}`;
      this.#pasts[which].keep(new Set(kept.map(({ version }) => version)));
    }
  }

  async #close(): Promise<void> {
    if (this.#log.isPastClosed) return;
    const { sql, pastPeriodId } = this.#arena;
    const readVersion = async () => {
      const [period] = await sql<{ version: number }[]>`
        select version::int from leaderboard.board_periods where id = ${pastPeriodId}`;
      return period?.version ?? 0;
    };
    const before = await readVersion();
    const [frozen] = await sql`select leaderboard.freeze_period(${pastPeriodId}) ->> 'status' as status`;
    expect(frozen?.status).toBe('closing');
    const version = await readVersion();
    await this.#publish('past', { status: version > before ? 'refreshed' : 'unchanged', version });
    const [archived] = await sql`select leaderboard.archive_period(${pastPeriodId}) ->> 'status' as status`;
    expect(archived?.status).toBe('closed');
    this.#log.isPastClosed = true;
    await this.#events.expectClosed();
    await this.#comparePast();
    const [verified] = await sql`select public.verify_archive(${pastPeriodId}) ->> 'is_intact' as is_intact`;
    expect(verified?.is_intact).toBe('true');
  }

  async #expectRightNodes({ periodId }: Expected): Promise<void> {
    expect(await findWrongNodes(this.#arena.sql, periodId)).toEqual([]);
  }
}

/** The tiers of a board that holds no titles. */
function tiersByPosition({ standings }: ExpectedBoard): Map<string, Tier> {
  return new Map(
    standings.flatMap(({ playerId, position }) => {
      const tier = tierOfPosition(position);
      return tier ? [[playerId, tier] as const] : [];
    }),
  );
}
