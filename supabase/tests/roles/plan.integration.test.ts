// Which steps are planned, in which order, and what a plan leaves behind, from rows in every state at one
// moment.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRefusal } from '../read-refusal.ts';
import { rehearse } from '../rehearse.ts';
import { otherGuild, RoleStage, type StagedMember } from './role-stage.ts';

let stage: RoleStage;
beforeAll(async () => {
  stage = await RoleStage.create();
});
afterAll(() => stage.database.drop());

describe('a plan', () => {
  test.each<[string, StagedMember[], string[]]>([
    [
      'takes first, then gives the highest tiers first',
      [
        { index: 1, desired: 'elite' },
        { index: 2, desired: 'bronze' },
        { index: 3, holds: ['top_10'] },
        { index: 4, desired: 'champion' },
        { index: 5, desired: 'top_10' },
        { index: 6, desired: 'silver' },
      ],
      ['3 -top_10', '4 +champion', '6 +silver', '2 +bronze', '5 +top_10', '1 +elite'],
    ],
    [
      'goes by account among equals',
      [
        { index: 3, desired: 'elite' },
        { index: 1, desired: 'elite' },
        { index: 4, holds: ['elite'] },
        { index: 2, holds: ['elite'] },
      ],
      ['2 -elite', '4 -elite', '1 +elite', '3 +elite'],
    ],
    [
      'does nothing where all is done',
      [{ index: 1, desired: 'elite', holds: ['elite'], state: 'confirmed' }],
      [],
    ],
    [
      'gives again what is held but not confirmed',
      [{ index: 1, desired: 'elite', holds: ['elite'] }],
      ['1 +elite'],
    ],
    ...(['champion', 'silver', 'bronze'] as const).map((title): [string, StagedMember[], string[]] => [
      `takes the title ${title} before it gives anything`,
      [{ index: 1, desired: 'elite', holds: [title] }],
      [`1 -${title}`, '1 +elite'],
    ]),
    [
      'takes another tier as it gives one',
      [{ index: 1, desired: 'elite', holds: ['top_10'] }],
      ['1 -top_10 +elite'],
    ],
    [
      'gives no title that another may hold',
      [
        { index: 1, desired: 'bronze' },
        { index: 2, desired: 'elite', holds: ['bronze'], state: 'failed', checked: 1 },
      ],
      [],
    ],
    [
      'gives a tier that many may hold',
      [
        { index: 1, desired: 'top_10' },
        { index: 2, desired: 'top_10', holds: ['top_10'], state: 'confirmed' },
      ],
      ['1 +top_10'],
    ],
    [
      'heeds no title of another server',
      [
        { index: 1, desired: 'silver' },
        { index: 2, desired: 'silver', holds: ['silver'], state: 'confirmed', guild_id: otherGuild },
        { index: 3, holds: ['elite'], guild_id: otherGuild },
      ],
      ['1 +silver'],
    ],
  ])('%s', async (_, members, expected) => {
    await rehearse(stage.database, async (sql) => {
      await stage.put(sql, members);
      expect(await stage.plan(sql)).toEqual(expected);
    });
  });

  test.each([
    ['pending', null, true, true],
    ['confirmed', 1_000_000, false, false],
    ['failed', 300, false, true],
    ['failed', 301, true, true],
    ['waiting', 3600, false, true],
    ['waiting', 3601, true, true],
  ])(
    'of a row that is %s since %s s: %s, and %s when all is requested',
    async (state, checked, isDue, isDueOfAll) => {
      await rehearse(stage.database, async (sql) => {
        await stage.put(sql, [{ index: 1, desired: 'elite', holds: ['elite'], state, checked }]);
        expect(await stage.plan(sql)).toEqual(isDue ? ['1 +elite'] : []);
        expect(await stage.plan(sql, null, true)).toEqual(isDueOfAll ? ['1 +elite'] : []);
      });
    },
  );

  test('for one player covers nobody else', async () => {
    await rehearse(stage.database, async (sql) => {
      await stage.put(sql, [
        { index: 1, desired: 'elite' },
        { index: 2, desired: 'elite', state: 'confirmed', holds: ['elite'] },
        { index: 3, holds: ['elite'] },
      ]);
      expect(await stage.plan(sql, 1)).toEqual(['1 +elite']);
      expect(await stage.plan(sql, 2)).toEqual([]);
      expect(await stage.plan(sql, 3)).toEqual(['3 -elite']);
    });
  });

  test('stores what it may assign, once, for its members only', async () => {
    await rehearse(stage.database, async (sql) => {
      await stage.put(sql, [
        { index: 1, desired: 'elite', holds: ['top_10'] },
        { index: 2, holds: ['top_10'] },
        { index: 3, desired: 'top_10', holds: ['top_10'], state: 'confirmed' },
        { index: 4, desired: 'elite', state: 'failed', checked: 1 },
        { index: 1, desired: 'silver', guild_id: otherGuild },
      ]);
      await stage.plan(sql);
      await stage.plan(sql);
      const rows = await sql<{ name: string; holds: string[] }[]>`
        select right(guild_id, 1) || ' ' || right(discord_user_id, 1) as name, may_hold_tiers as holds
        from public.member_roles order by 1`;
      expect(rows.map(({ name, holds }) => [name, ...holds].join(' '))).toEqual([
        '1 1 top_10 elite',
        '1 2 top_10',
        '1 3 top_10',
        '1 4',
        '2 1',
      ]);
    });
  });
});

test('planners of the same server are serialised, planners of different servers are not', async () => {
  await rehearse(stage.database, async (first) => {
    await stage.plan(first);
    const waits = await readRefusal(
      rehearse(stage.database, async (second) => {
        await second`set local lock_timeout = '200ms'`;
        await second`select public.plan_role_changes(${otherGuild})`;
        await stage.plan(second);
      }),
    );
    expect(waits).toBe('55P03');
  });
});

test('a sync is requested for a known server only', async () => {
  await rehearse(stage.database, async (sql) => {
    await sql`select public.request_role_sync(${otherGuild})`;
    const events = await sql`select name, data from platform.outbox`;
    expect([...events]).toEqual([{ name: 'discord/roles.sync_requested', data: { guild_id: otherGuild } }]);
  });
  expect(await readRefusal(stage.database.sql`select public.request_role_sync('1')`)).toBe('guild_not_found');
});
