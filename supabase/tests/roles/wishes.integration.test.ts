// Which tier each account should have in a server, and what a change leaves behind.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Transaction } from '../personas.ts';
import { rehearse } from '../rehearse.ts';
import { guild, otherGuild, RoleStage } from './role-stage.ts';

let stage: RoleStage;
beforeAll(async () => {
  stage = await RoleStage.create();
});
afterAll(() => stage.database.drop());

describe('the desired tier', () => {
  const list = async (sql: Transaction) =>
    (
      await sql<{ text: string }[]>`
        select concat_ws(' ', right(discord_user_id, 1), array_position(${stage.players}::uuid[], player_id) - 1,
          coalesce(desired_tier, 'nothing'), state, cause_code,
          case when changed_at = now() then 'now' end) as text
        from public.member_roles where guild_id = ${guild} order by discord_user_id`
    ).map(({ text }) => text);
  const settle = (sql: Transaction) => sql`
    update public.member_roles set state = 'failed', cause_code = 'x', cause = 'x', changed_at = '2026-01-01'`;

  test('is the highest tier of all boards that award them', async () => {
    await rehearse(stage.database, async (sql) => {
      for (const index of [1, 2, 3]) await stage.link(sql, index);
      await stage.award(sql, 1, 'elite', 0);
      await stage.award(sql, 1, 'silver', 1);
      await stage.award(sql, 2, 'bronze', 0);
      await stage.award(sql, 2, 'top_10', 1);
      await stage.award(sql, 3, 'champion', 2);
      await sql`update public.boards set awards_tiers = false where id = ${stage.boards[2] ?? ''}`;
      await stage.plan(sql);
      expect(await list(sql)).toEqual(['1 1 silver pending now', '2 2 bronze pending now']);
    });
  });

  test('is none without a role here, or without a link', async () => {
    await rehearse(stage.database, async (sql) => {
      await sql`update public.guilds set tier_role_ids = '{"elite": "905"}' where id = ${guild}`;
      await stage.link(sql, 1);
      await stage.link(sql, 2);
      await stage.award(sql, 1, 'champion', 0);
      await stage.award(sql, 1, 'elite', 1);
      await stage.award(sql, 2, 'silver', 0);
      await stage.award(sql, 3, 'elite', 0);
      expect(await stage.plan(sql)).toEqual(['1 +elite']);
      expect(await list(sql)).toEqual(['1 1 elite pending now']);
    });
  });

  test('stays until it changes, and then is pending again', async () => {
    await rehearse(stage.database, async (sql) => {
      for (const index of [1, 2, 3]) {
        await stage.link(sql, index);
        await stage.award(sql, index, 'elite');
      }
      await stage.put(sql, [{ index: 5, desired: 'elite', guild_id: otherGuild, state: 'waiting' }]);
      await stage.plan(sql);
      await settle(sql);
      await stage.plan(sql);
      expect(await list(sql)).toEqual(['1 1 elite failed x', '2 2 elite failed x', '3 3 elite failed x']);
      await sql`update public.player_tiers set tier = 'top_10' where player_id = ${stage.players[1] ?? ''}`;
      await sql`delete from public.player_tiers where player_id = ${stage.players[2] ?? ''}`;
      await sql`delete from public.discord_links where player_id = ${stage.players[3] ?? ''}`;
      await stage.link(sql, 3, 4);
      await stage.award(sql, 4, 'elite');
      await stage.plan(sql, 1);
      expect(await list(sql)).toEqual([
        '1 1 top_10 pending now',
        '2 2 nothing pending now',
        '3 4 elite pending now',
      ]);
      await settle(sql);
      await stage.plan(sql);
      expect((await list(sql))[1]).toBe('2 2 nothing failed x');
      const [other] = await sql`select desired_tier from public.member_roles where guild_id = ${otherGuild}`;
      expect(other?.desired_tier).toBe('elite');
    });
  });
});
