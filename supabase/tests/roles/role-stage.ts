import { expect } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { createPlayer, type Transaction } from '../personas.ts';

export const guild = '900000000000000001';
export const otherGuild = '900000000000000002';
const roles = { champion: '901', silver: '902', bronze: '903', top_10: '904', elite: '905' };
type Tier = keyof typeof roles;
const tiers = ['champion', 'silver', 'bronze', 'top_10', 'elite'] as const;

const account = (index: number): string => `70000000000000000${index}`;

export interface StagedMember {
  index: number;
  desired?: Tier | null;
  holds?: Tier[];
  state?: string;
  /** Seconds since it was checked. */
  checked?: number | null;
  guild_id?: string;
}

interface Step {
  player_id: string;
  discord_user_id: string;
  remove_role_ids: string[];
  add_role_id: string | null;
  desired_tier: Tier | null;
}

/** Two servers and seven players, addressed by number, on boards that award tiers. */
export class RoleStage {
  readonly database: TestDatabase;
  readonly players: readonly string[];
  readonly boards: readonly string[];

  private constructor(database: TestDatabase, players: readonly string[], boards: readonly string[]) {
    this.database = database;
    this.players = players;
    this.boards = boards;
  }

  static async create(): Promise<RoleStage> {
    const database = await createTestDatabase();
    const players: string[] = [];
    for (let index = 0; index < 7; index += 1) {
      players.push((await createPlayer(database, `player-${index}`)).player_id);
    }
    for (const id of [guild, otherGuild]) {
      await database.sql`select public.upsert_guild(${id}, 'Arena', null, null, ${database.sql.json(roles)})`;
    }
    const rows = await database.sql<{ id: string }[]>`
      select id from public.boards where leaderboard.current_period_id(id) is not null order by awards_tiers desc, id`;
    const boards = rows.map(({ id }) => id);
    await database.sql`update public.boards set awards_tiers = true where id = any (${boards.slice(0, 2)})`;
    return new RoleStage(database, players, boards);
  }

  async award(sql: Transaction, index: number, tier: Tier, board = 0): Promise<void> {
    await sql`
      insert into public.player_tiers (board_id, player_id, period_id, tier, since)
      select id, ${this.players[index] ?? ''}, leaderboard.current_period_id(id), ${tier}, now()
      from public.boards where id = ${this.boards[board] ?? ''}`;
  }

  async link(sql: Transaction, index: number, player = index): Promise<void> {
    await sql`
      insert into public.discord_links (player_id, discord_user_id, discord_username)
      values (${this.players[player] ?? ''}, ${account(index)}, 'x')`;
  }

  /** Members whose desired tier is the one they hold on a board, so planning changes no desired tier. */
  async put(sql: Transaction, members: readonly StagedMember[]): Promise<void> {
    for (const { index, desired = null, holds = [], state = 'pending', checked = null, ...rest } of members) {
      if (rest.guild_id !== otherGuild) {
        await this.link(sql, index);
        if (desired) await this.award(sql, index, desired);
      }
      await sql`
        insert into public.member_roles (guild_id, discord_user_id, player_id, desired_tier, may_hold_tiers, state, checked_at)
        values (${rest.guild_id ?? guild}, ${account(index)}, ${this.players[index] ?? ''}, ${desired}, ${holds}, ${state},
          now() - make_interval(secs => ${checked}))`;
    }
  }

  /** The steps in short form: `2 -silver +elite` is for the player with the number 2. */
  async plan(sql: Transaction, only: number | null = null, includeWaiting = false): Promise<string[]> {
    const [row] = await sql<{ steps: Step[] }[]>`
      select public.plan_role_changes(${guild}, ${only === null ? null : (this.players[only] ?? '')}, ${includeWaiting}) as steps`;
    const name = (id: string) => tiers.find((tier) => roles[tier] === id) ?? id;
    return (row?.steps ?? []).map((step) => {
      const index = this.players.indexOf(step.player_id);
      expect(step.discord_user_id).toBe(account(index));
      expect(step.add_role_id).toBe(step.desired_tier && roles[step.desired_tier]);
      const added = step.add_role_id === null ? [] : [`+${name(step.add_role_id)}`];
      return [index, ...step.remove_role_ids.map((id) => `-${name(id)}`), ...added].join(' ');
    });
  }
}
