import { beforeAll, describe, expect, test } from 'vitest';
import { type Arena, createArena, sendEvents } from '../../../tests/leaderboard/arena.ts';
import { useRealApi } from '../../../tests/real-api.ts';
import { expectProblem } from '../testing/api-rig.ts';

const real = useRealApi();
let arena: Arena;
let players: { a: string; b: string; c: string };

beforeAll(async () => {
  const { sql } = real().supabase.database;
  arena = await createArena(sql, { playerCount: 3 });
  const [a = '', b = '', c = ''] = arena.playerIds;
  players = { a, b, c };
  await sql`update public.profiles set display_name = '=1+1, "Ada"' where id = ${b}`;
  const occurredAt = new Date(Date.now() - 5 * 86_400_000).toISOString();
  const events = [c, b, a].map((playerId, index) => ({
    external_id: `archive-${index}`,
    player_id: playerId,
    metric: arena.metric,
    units: index + 1,
    occurred_at: occurredAt,
  }));
  await sendEvents(sql, events);
  await sql`select leaderboard.freeze_period(${arena.pastPeriodId})`;
  await sql`select leaderboard.archive_period(${arena.pastPeriodId})`;
});

describe('the archive of a closed period', () => {
  const path = (what: string, periodId = arena.pastPeriodId, board = arena.slug) =>
    `/boards/${board}/periods/${periodId}/${what}`;

  test('is exported as JSON, part by part along the Link header', async () => {
    const first = await real().get(path('export?max_rows=2'));
    const link = first.headers.get('link') ?? '';
    expect(await first.json()).toMatchObject({
      player_count: 3,
      rows: [
        { player_id: players.a, position: 1 },
        { player_id: players.b, position: 2 },
      ],
      next_position: 2,
    });
    const next = link.match(/^<(\?[^>]+)>; rel="next"$/)?.[1];
    const last = await real().get(path(`export${next}`));
    expect(await last.json()).toMatchObject({ rows: [{ player_id: players.c }], next_position: null });
    expect(last.headers.get('link')).toBeNull();
  });

  test('is exported as CSV without formulas, with one header over all parts', async () => {
    const parts = [await real().get(path('export?format=csv&max_rows=2'))];
    const next = parts[0]?.headers.get('link')?.match(/^<([^>]+)>/)?.[1];
    parts.push(await real().get(path(`export${next}`)));
    for (const part of parts) {
      expect(part.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(part.headers.get('content-disposition')).toBe(
        `attachment; filename="${arena.slug}-${arena.pastPeriodId}.csv"`,
      );
    }
    const lines = (await Promise.all(parts.map((part) => part.text()))).join('').split('\r\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toBe('position,rank,player_id,username,display_name,score,reached_at,tier');
    expect(lines[2]).toMatch(/^2,2,[0-9a-f-]{36},"[^"]+","'=1\+1, ""Ada""",200,[^,]+,$/);
    expect(lines[4]).toBe('');
  });

  test.each(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'])(
    'guards a name that begins with %j',
    async (sign) => {
      const quote = async (text: string) => {
        const [row] = await real().supabase.database.sql<{ field: string }[]>`
        select leaderboard.quote_csv(${text}) as field`;
        return row?.field;
      };
      expect(await quote(`${sign}1`)).toBe(`"'${sign}1"`);
      expect(await quote(`1${sign}`)).toBe(`"1${sign}"`);
    },
  );

  test('is not found for a period that is not closed, or of another board', async () => {
    await expectProblem(await real().get(path('export', arena.currentPeriodId)), 409, 'period_not_closed');
    await expectProblem(
      await real().get(path('export', arena.pastPeriodId, 'weekly')),
      404,
      'period_not_found',
    );
    await expectProblem(await real().get(path('export', arena.pastPeriodId, 'none')), 404, 'board_not_found');
  });

  test('is verified for keys with the scope, and reported when it is broken', async () => {
    const key = await real().makeKey('archives:verify');
    await expectProblem(await real().get(path('verification')), 401, 'api_key_missing');
    const reader = await real().makeKey('players:read');
    await expectProblem(await real().get(path('verification'), reader), 403, 'scope_missing');
    const intact = await real().get(path('verification'), key);
    expect(intact.headers.get('ratelimit-policy')).toBe('"verification";q=10;w=60');
    expect(await intact.json()).toMatchObject({ is_intact: true, checked: 3, first_broken_position: null });
    const other = path('verification', arena.pastPeriodId, 'weekly');
    await expectProblem(await real().get(other, key), 404, 'period_not_found');
    const open = await real().get(path('verification', arena.currentPeriodId), key);
    await expectProblem(open, 409, 'period_not_closed');
    const chain = `/boards/${arena.slug}/verification`;
    await expectProblem(await real().get(chain, reader), 403, 'scope_missing');
    await expectProblem(await real().get(`${chain}?after_period_id=0`, key), 404, 'period_not_found');
    await expectProblem(await real().get('/boards/none/verification', key), 404, 'board_not_found');
    expect(await (await real().get(chain, key)).json()).toMatchObject({ is_intact: true, period_count: 1 });
    const { admin } = real().supabase.database;
    await admin.begin(async (transaction) => {
      await transaction`set local session_replication_role = replica`;
      await transaction`update leaderboard.archived_standings set score = score + 1
        where period_id = ${arena.pastPeriodId} and position = 2`;
    });
    const broken = await real().get(path('verification'), key);
    expect(await broken.json()).toMatchObject({
      is_intact: false,
      first_broken_position: 2,
    });
    expect(await (await real().get(chain, key)).json()).toMatchObject({
      is_intact: false,
      checked: 3,
      broken_periods: [{ period_id: arena.pastPeriodId, first_broken_position: 2 }],
      next_after_period_id: null,
    });
    await admin.begin(async (transaction) => {
      await transaction`set local session_replication_role = replica`;
      await transaction`alter table leaderboard.board_periods drop constraint if exists board_periods_seal_check`;
      await transaction`update leaderboard.board_periods set archive_hash = null where id = ${arena.pastPeriodId}`;
    });
    const unsealed = { is_intact: false, is_seal_intact: false, archive_hash: null };
    expect(await (await real().get(path('verification'), key)).json()).toMatchObject(unsealed);
    expect(await (await real().get(chain, key)).json()).toMatchObject({
      is_intact: false,
      broken_periods: [{ period_id: arena.pastPeriodId, is_seal_intact: false }],
      last_archive_hash: null,
    });
  });

  test('is verified only so often', async () => {
    const key = await real().makeKey('archives:verify');
    let response = await real().get(path('verification'), key);
    for (let times = 1; response.status === 200 && times < 20; times += 1) {
      response = await real().get(path('verification'), key);
    }
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    await expectProblem(response, 429, 'rate_limited');
    expect((await real().get('/boards', key)).status).toBe(200);
  });
});
