import { beforeAll, describe, expect, test } from 'vitest';
import { createPlayers } from '../../../tests/leaderboard/arena.ts';
import { useRealApi } from '../../../tests/real-api.ts';
import { expectProblem } from '../testing/api-rig.ts';

const real = useRealApi();
let key: Record<string, string>;
beforeAll(async () => {
  key = await real().makeKey('boards:manage');
});

const rule = { metric: 'calls_made', points_per_unit: 2.5, daily_cap_points: 50 };
const board = { slug: 'sprint', name: 'Sprint', kind: 'season', metrics: ['deal_closed'] };
const season = () => ({
  name: 'First',
  starts_at: new Date(Date.now() - 60_000).toISOString(),
  ends_at: new Date(Date.now() + 86_400_000).toISOString(),
});

test.each([
  ['POST', '/score-rules', rule],
  ['POST', '/score-rules/simulate', { ...rule, board: 'all-time' }],
  ['POST', '/boards', board],
  ['PATCH', '/boards/weekly', { name: 'Mine' }],
  ['POST', '/boards/weekly/seasons', season()],
])('%s %s requires a key with the scope', async (method, path, body) => {
  await expectProblem(await real().send(method, path, body), 401, 'api_key_missing');
  const other = await real().makeKey('score-events:write');
  await expectProblem(await real().send(method, path, body, other), 403, 'scope_missing');
});

describe('boards', () => {
  test('are changed in the name of the key, unless an admin is named', async () => {
    const { sql } = real().supabase.database;
    const [admin = ''] = await createPlayers(sql, 1);
    await sql`update public.profiles set role = 'admin' where id = ${admin}`;
    await real().send('POST', '/boards', { slug: 'told', name: 'Told', kind: 'season' }, key);
    await real().send('PATCH', '/boards/told', { name: 'Tale', acting_player_id: admin }, key);
    await real().send('POST', '/boards/told/seasons', season(), key);
    const entries = await sql`
      select action, source, actor_id from public.audit_log where subject_id = 'told' order by occurred_at`;
    expect(entries.map(({ action, source, actor_id }) => [action, source, actor_id])).toEqual([
      ['board.created', 'api:boards:manage', null],
      ['board.updated', 'api:boards:manage', admin],
      ['season.planned', 'api:boards:manage', null],
    ]);
  });

  test('define what followers are notified about', async () => {
    const made = await real().send(
      'POST',
      '/boards',
      { slug: 'news', name: 'News', kind: 'all_time', rank_news_top: 0 },
      key,
    );
    expect(await made.json()).toMatchObject({ rank_news_top: 0, rank_news_min_places: 10 });
    const change = (body: object) => real().send('PATCH', '/boards/news', body, key);
    const changed = await change({ rank_news_min_places: 3 });
    expect(await changed.json()).toMatchObject({ rank_news_top: 0, rank_news_min_places: 3 });
    for (const wrong of [{ rank_news_top: -1 }, { rank_news_top: 1.5 }, { rank_news_min_places: 0 }]) {
      await expectProblem(await change(wrong), 422, 'input_invalid');
    }
  });

  test('are changed once per Idempotency-Key, even if the answer was lost and another change came', async () => {
    const { sql } = real().supabase.database;
    const once = { ...key, 'idempotency-key': 'change-1' };
    const change = (name: string, headers: Record<string, string>) =>
      real().send('PATCH', '/boards/changed', { name }, headers);
    await real().send('POST', '/boards', { slug: 'changed', name: 'First', kind: 'season' }, key);
    const first = await change('Second', once);
    await sql`update integrations.api_answers set status = null, body = null where idempotency_key = 'change-1'`;
    await change('Third', key);
    const again = await change('Second', once);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect(await again.json()).toEqual(await first.json());
    expect(await sql`select name from public.boards where slug = 'changed'`).toMatchObject([
      { name: 'Third' },
    ]);
  });

  test('are created once, and play the seasons that are planned', async () => {
    const once = { ...key, 'idempotency-key': 'board-1' };
    const made = await real().send('POST', '/boards', board, once);
    expect(made.status).toBe(201);
    expect(await made.json()).toMatchObject(board);
    expect((await real().send('POST', '/boards', board, once)).status).toBe(201);
    await expectProblem(await real().send('POST', '/boards', board, key), 409, 'board_exists');
    const planned = await real().send('POST', '/boards/sprint/seasons', season(), key);
    expect(planned.status).toBe(201);
    expect(await planned.json()).toMatchObject({ board: 'sprint', name: 'First' });
    const overlapping = await real().send('POST', '/boards/sprint/seasons', season(), key);
    await expectProblem(overlapping, 409, 'season_overlaps');
    const page = await real().get('/boards/sprint/standings');
    expect(await page.json()).toMatchObject({
      board: { slug: 'sprint', period_name: 'First' },
      standings: [],
    });
  });

  test('change while they are active, and are hidden while they are not', async () => {
    const change = (body: object, slug = 'daily') => real().send('PATCH', `/boards/${slug}`, body, key);
    await real().send('POST', '/boards', { slug: 'daily', name: 'Day', kind: 'daily' }, key);
    const changed = await change({ name: 'Today', close_grace: '5 minutes', late_policy: 'refuse' });
    expect(changed.status).toBe(200);
    expect(await changed.json()).toMatchObject({
      slug: 'daily',
      name: 'Today',
      kind: 'daily',
      close_grace: '00:05:00',
      late_policy: 'refuse',
    });
    expect((await real().get('/boards/daily/standings')).status).toBe(200);
    expect(await (await change({ is_active: false })).json()).toMatchObject({
      is_active: false,
      name: 'Today',
    });
    await expectProblem(await real().get('/boards/daily/standings'), 404, 'board_not_found');
    await expectProblem(await change({ name: 'X' }, 'none'), 404, 'board_not_found');
    for (const wrong of [{ name: '' }, { close_grace: 'soon' }, { title_hold_refreshes: -1 }]) {
      await expectProblem(await change(wrong), 422, 'input_invalid');
    }
    await expectProblem(await change({ close_grace: '99 days' }), 400, 'invalid_board');
  });

  test.each([
    ['/boards', { ...board, slug: 'Not A Slug' }, 422, 'input_invalid'],
    ['/boards', { ...board, slug: 'new', kind: 'hourly' }, 422, 'input_invalid'],
    ['/boards', { ...board, slug: 'new', metrics: ['nothing_like_it'] }, 400, 'unknown_metric'],
    ['/boards/weekly/seasons', season(), 400, 'not_a_season_board'],
    ['/boards/none/seasons', season(), 404, 'board_not_found'],
    ['/boards/sprint/seasons', { ...season(), ends_at: '2020-01-01T00:00:00Z' }, 400, 'invalid_season'],
    ['/boards/sprint/seasons', { ...season(), starts_at: 'soon' }, 422, 'input_invalid'],
  ])('are refused: %s case %#', async (path, body, status, code) => {
    await expectProblem(await real().send('POST', path, body, key), status, code);
  });
});
