import type postgres from 'postgres';
import { type Arena, createArena, type RefreshAnswer, refreshPeriod, sendEvents } from './arena.ts';

let count = 0;

/** A few players, addressed by number, in a separate arena. */
export class Game {
  readonly sql: postgres.Sql;
  readonly arena: Arena;

  private constructor(arena: Arena) {
    this.arena = arena;
    this.sql = arena.sql;
  }

  static async begin(sql: postgres.Sql, options: Parameters<typeof createArena>[1]): Promise<Game> {
    return new Game(await createArena(sql, options));
  }

  id(player: number): string {
    const id = this.arena.playerIds[player];
    if (!id) throw new Error('There is no such player.');
    return id;
  }

  /**
   * Gives each of these players this many units of a metric, by default of the one worth 100 points, at a given
   * time or now.
   */
  async score(units: Record<number, number>, at?: Date, metric = this.arena.metric): Promise<string[]> {
    const events = Object.entries(units).map(([player, each]) => ({
      external_id: `game-${count++}`,
      player_id: this.id(Number(player)),
      metric,
      units: each,
      occurred_at: (at ?? new Date()).toISOString(),
    }));
    await sendEvents(this.sql, events, this.arena.slug);
    return events.map(({ external_id }) => external_id);
  }

  async void(external_id: string | undefined, at: Date): Promise<void> {
    const event = { external_id: `game-${count++}`, voids: external_id, occurred_at: at.toISOString() };
    await sendEvents(this.sql, [event], this.arena.slug);
  }

  refresh(periodId = this.arena.currentPeriodId): Promise<RefreshAnswer> {
    return refreshPeriod(this.sql, periodId);
  }

  /** Scores and publishes. */
  async play(units: Record<number, number>): Promise<RefreshAnswer> {
    await this.score(units);
    return this.refresh();
  }

  async link(...players: number[]): Promise<void> {
    for (const player of players) {
      const snowflake = `3${String(count++).padStart(17, '0')}`;
      await this.sql`
        insert into public.discord_links (player_id, discord_user_id, discord_username)
        values (${this.id(player)}, ${snowflake}, 'someone')`;
    }
  }

  /** Ends the current period now and begins another one, both open, as during the grace of the first. */
  async beginNextPeriod(): Promise<number> {
    const [next] = await this.sql<{ id: number }[]>`
      with ended as (
        update leaderboard.board_periods set ends_at = date_trunc('milliseconds', now())
        where id = ${this.arena.currentPeriodId} returning *
      )
      insert into leaderboard.board_periods (board_id, starts_at, ends_at)
      select board_id, ends_at, ends_at + interval '5 days' from ended
      returning id::int`;
    if (!next) throw new Error('There is no next period.');
    return next.id;
  }

  async readTitles(): Promise<Record<string, number>> {
    const rows = await this.sql<{ tier: string; player_id: string }[]>`
      select tier, player_id from public.player_tiers where board_id = ${this.arena.boardId}`;
    return Object.fromEntries(
      rows.map(({ tier, player_id }) => [tier, this.arena.playerIds.indexOf(player_id)]),
    );
  }

  async readEvents(name: string): Promise<Record<string, unknown>[]> {
    const rows = await this.sql<{ data: Record<string, unknown> }[]>`
      select data from platform.outbox where name = ${name} and data ->> 'board' = ${this.arena.slug} order by seq`;
    return rows.map(({ data }) => data);
  }

  /** The announced positions: player, from where, to where. */
  async readRankNews() {
    const events = await this.readEvents('leaderboard/rank.changed');
    return events.map(({ player_id, position_before, position_after }) => [
      this.arena.playerIds.indexOf(String(player_id)),
      position_before,
      position_after,
    ]);
  }
}
