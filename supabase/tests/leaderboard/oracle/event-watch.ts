import { expect } from 'vitest';
import type { Tier } from '#domain/leaderboard/vocabulary.ts';
import type { Arena } from '../arena.ts';
import type { PublishedBoard } from './board-past.ts';
import { milestones, rankNews } from './oracle-arena.ts';

type Positions = ReadonlyMap<string, number>;

/** What was announced about a period so far. */
interface Told {
  positions: Positions;
  scores: ReadonlyMap<string, number>;
  tiers: ReadonlyMap<string, Tier>;
  /** The last announced position of each follower on the board. */
  watched: Map<string, number>;
  milestones: Set<string>;
}

/** Compares the outbox with the changes that matter to followers. */
export class EventWatch {
  readonly #arena: Arena;
  readonly #told = new Map<number, Told>();
  #seq = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** After a refresh of a period: exactly one event for each relevant change since the last one. */
  async compare(periodId: number, isRefreshed: boolean, board: PublishedBoard): Promise<void> {
    const events = await this.#readNew();
    const before = this.#told.get(periodId) ?? {
      positions: new Map(),
      scores: new Map(),
      tiers: new Map(),
      watched: new Map(),
      milestones: new Set(),
    };
    const after = new Map(board.standings.map(({ playerId, position }) => [playerId, position]));
    const followed = await this.#readFollowed();
    const expected: string[] = isRefreshed ? [`board.refreshed ${periodId}`] : [];
    for (const id of this.#arena.playerIds) {
      if (!followed.has(id)) {
        before.watched.delete(id);
        continue;
      }
      const own = { id, after: after.get(id), score: board.scores.get(id) ?? 0 };
      expected.push(...findMilestones(before, own), ...findRankNews(before, own));
      if (periodId !== this.#arena.currentPeriodId) continue;
      const [from, to] = [before.tiers.get(id) ?? null, board.tiers.get(id) ?? null];
      if (from !== to) expected.push(`tier.changed ${id} ${from} ${to}`);
    }
    expect(events.map(describe).sort()).toEqual(expected.sort());
    this.#told.set(periodId, { ...before, positions: after, scores: board.scores, tiers: board.tiers });
  }

  async expectClosed(): Promise<void> {
    const { pastPeriodId, currentPeriodId, slug } = this.#arena;
    const closed = (await this.#readNew()).map(({ name, data }) => ({ name, data }));
    expect(closed).toEqual([
      {
        name: 'leaderboard/period.closed',
        data: expect.objectContaining({
          board: slug,
          period_id: pastPeriodId,
          next_period_id: currentPeriodId,
        }),
      },
    ]);
  }

  async #readNew() {
    const rows = await this.#arena.sql<{ seq: number; name: string; data: Record<string, unknown> }[]>`
      select seq::int, name, data from platform.outbox
      where seq > ${this.#seq} and data ->> 'board' = ${this.#arena.slug} order by seq`;
    this.#seq = rows.at(-1)?.seq ?? this.#seq;
    return rows;
  }

  async #readFollowed(): Promise<Set<string>> {
    const rows = await this.#arena.sql<{ player_id: string }[]>`select player_id from public.discord_links`;
    return new Set(rows.map(({ player_id }) => player_id));
  }
}

interface Own {
  id: string;
  after: number | undefined;
  score: number;
}

/**
 * Announces relevant changes to a follower, starting from the last announced position, and remembers them.
 */
function findRankNews(before: Told, { id, after, score }: Own): string[] {
  // New followers start from the previously published position.
  const told = before.watched.get(id) ?? before.positions.get(id);
  if (after === undefined) {
    before.watched.delete(id);
    return told === undefined ? [] : [`rank.changed ${id} ${told} null`];
  }
  before.watched.set(id, told ?? after);
  if (told === undefined) return [`rank.changed ${id} null ${after}`];
  const isOwn = (before.scores.get(id) ?? 0) !== score;
  const matters =
    isOwn || Math.min(told, after) <= rankNews.top || Math.abs(told - after) >= rankNews.minPlaces;
  if (told === after || !matters) return [];
  before.watched.set(id, after);
  return [`rank.changed ${id} ${told} ${after}`];
}

/** Each milestone is announced once, when a follower crosses it. */
function findMilestones(before: Told, { id, after, score }: Own): string[] {
  const was = before.positions.get(id);
  if (after === undefined) return [];
  const isReached = {
    score: score >= milestones.score && (before.scores.get(id) ?? 0) < milestones.score,
    position: after <= milestones.position && (was === undefined || was > milestones.position),
  };
  return (['score', 'position'] as const).flatMap((kind) => {
    const key = `${id} ${kind}`;
    if (!isReached[kind] || before.milestones.has(key)) return [];
    before.milestones.add(key);
    return [`milestone.reached ${key} ${kind === 'score' ? score : after}`];
  });
}

function describe({ name, data }: { name: string; data: Record<string, unknown> }): string {
  const what = name.split('/')[1];
  if (what === 'board.refreshed') return `${what} ${data.period_id}`;
  if (what === 'rank.changed')
    return `${what} ${data.player_id} ${data.position_before} ${data.position_after}`;
  if (what === 'tier.changed') return `${what} ${data.player_id} ${data.tier_before} ${data.tier_after}`;
  return `${what} ${data.player_id} ${data.milestone} ${data.value}`;
}
