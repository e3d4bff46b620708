import type postgres from 'postgres';
import { expect } from 'vitest';
import { tierOfPosition } from '#domain/tiers/tier-of-position.ts';
import type { Arena } from './arena.ts';
import type { ExpectedStanding } from './oracle.ts';

/** Compares what is written to the outbox with what must have changed for the players it matters to. */
export class EventWatch {
  readonly #sql: postgres.Sql;
  readonly #arena: Arena;
  #seq = 0;
  #board: Map<string, number> = new Map();
  #followed = new Set<string>();

  constructor(sql: postgres.Sql, arena: Arena) {
    this.#sql = sql;
    this.#arena = arena;
  }

  /** After a refresh of the current period: exactly one event for each change since the last one. */
  async compare(answer: { status: string }, expected: ExpectedStanding[]): Promise<void> {
    const events = await this.#readNew();
    const before = this.#board;
    const now = new Map(expected.map(({ player_id, position }) => [player_id, position]));
    const linked = await this.#readLinked();
    const moved = this.#arena.playerIds.filter((id) => {
      if (!linked.has(id) || before.get(id) === now.get(id)) return false;
      // Who is followed only from now on is told of changes from now on; a first place on the board is one.
      return this.#followed.has(id) || !before.has(id);
    });
    const told = events.filter(({ name }) => name === 'leaderboard/rank.changed');
    expect(told.map(({ data }) => describe(data)).sort()).toEqual(
      moved
        .map((id) =>
          describe({
            player_id: id,
            position_before: before.get(id) ?? null,
            position_after: now.get(id) ?? null,
          }),
        )
        .sort(),
    );
    const tiers = this.#arena.playerIds
      .filter((id) => linked.has(id) && tierAt(before, id) !== tierAt(now, id))
      .map((id) => `${id} ${tierAt(before, id)} ${tierAt(now, id)}`);
    const tierEvents = events
      .filter(({ name }) => name === 'leaderboard/tier.changed')
      .map(({ data }) => data);
    expect(
      tierEvents.map((data) => `${data.player_id} ${data.tier_before} ${data.tier_after}`).sort(),
    ).toEqual(tiers.sort());
    const published = events.filter(({ name }) => name === 'leaderboard/board.refreshed');
    expect(published).toHaveLength(answer.status === 'refreshed' ? 1 : 0);
    this.#board = now;
    this.#followed = linked;
  }

  async expectClosed(): Promise<void> {
    const closed = await this.#sql`
      select data from private.outbox where name = 'leaderboard/period.closed'
        and (data ->> 'period_id')::bigint = ${this.#arena.pastPeriodId}`;
    expect(closed.map(({ data }) => data)).toEqual([
      {
        board: this.#arena.slug,
        period_id: this.#arena.pastPeriodId,
        next_period_id: this.#arena.currentPeriodId,
      },
    ]);
  }

  async #readNew() {
    const rows = await this.#sql<{ seq: number; name: string; data: Record<string, unknown> }[]>`
      select seq::int, name, data from private.outbox
      where seq > ${this.#seq} and data ->> 'board' = ${this.#arena.slug}
        and (data ->> 'period_id')::bigint = ${this.#arena.currentPeriodId}
      order by seq`;
    this.#seq = rows.at(-1)?.seq ?? this.#seq;
    return rows;
  }

  async #readLinked(): Promise<Set<string>> {
    const rows = await this.#sql<{ player_id: string }[]>`select player_id from public.discord_links`;
    return new Set(rows.map(({ player_id }) => player_id));
  }
}

function describe(data: Record<string, unknown>): string {
  return `${data.player_id} ${data.position_before} ${data.position_after}`;
}

function tierAt(board: Map<string, number>, id: string) {
  return tierOfPosition(board.get(id) ?? 0);
}
