import { beforeAll, describe, expect, test } from 'vitest';
import { createPlayers } from '../../tests/leaderboard/arena.ts';
import { useRealApi } from '../../tests/real-api.ts';
import { expectProblem } from './testing/api-rig.ts';

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
])('%s %s wants a key with the scope', async (method, path, body) => {
  await expectProblem(await real().send(method, path, body), 401, 'api_key_missing');
  const other = await real().makeKey('score-events:write');
  await expectProblem(await real().send(method, path, body, other), 403, 'scope_missing');
});

describe('score rules', () => {
  test('are added, and anybody sees them', async () => {
    const added = await real().send('POST', '/score-rules', rule, key);
    expect(added.status).toBe(201);
    expect(await added.json()).toMatchObject({ ...rule, time_zone: 'UTC' });
    const listed: { score_rules: object[] } = await (await real().get('/score-rules')).json();
    expect(listed.score_rules).toContainEqual(expect.objectContaining(rule));
  });

  test('are added once per Idempotency-Key', async () => {
    const once = { ...key, 'idempotency-key': 'rule-1' };
    const first = await real().send('POST', '/score-rules', { ...rule, metric: 'once_only' }, once);
    const again = await real().send('POST', '/score-rules', { ...rule, metric: 'once_only' }, once);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await again.json()).toEqual(await first.json());
    const other = await real().send('POST', '/score-rules', { ...rule, metric: 'another' }, once);
    await expectProblem(other, 409, 'idempotency_key_reused');
    const listed: { score_rules: { metric: string }[] } = await (await real().get('/score-rules')).json();
    expect(listed.score_rules.filter(({ metric }) => metric === 'once_only')).toHaveLength(1);
  });

  test.each([
    [{ ...rule, metric: 'No Metric' }, 422, 'input_invalid'],
    [{ ...rule, points_per_unit: -1 }, 422, 'input_invalid'],
    [{ ...rule, points_per_unit: '1' }, 422, 'input_invalid'],
    [{ ...rule, daily_cap_points: 0 }, 422, 'input_invalid'],
    [{ ...rule, time_zone: 'Mars/Olympus' }, 400, 'invalid_time_zone'],
    [{ ...rule, effective_from: '2020-01-01T00:00:00Z' }, 400, 'invalid_effective_from'],
    [{ ...rule, acting_player_id: '00000000-0000-4000-8000-000000000000' }, 404, 'player_not_found'],
  ])('are refused: case %#', async (body, status, code) => {
    await expectProblem(await real().send('POST', '/score-rules', body, key), status, code);
  });

  test('are added for an admin, whom the audit log names, and for nobody else', async () => {
    const { sql } = real().supabase.database;
    const [admin = '', player = ''] = await createPlayers(sql, 2);
    await sql`update public.profiles set role = 'admin' where id = ${admin}`;
    const add = (acting_player_id: string) =>
      real().send('POST', '/score-rules', { ...rule, metric: 'by_admin', acting_player_id }, key);
    await expectProblem(await add(player), 403, 'not_admin');
    expect((await add(admin)).status).toBe(201);
    const entries = await sql`select source from public.audit_log
      where action = 'score_rule.added' and actor_id = ${admin}`;
    expect(entries.map(({ source }) => source)).toEqual(['api:boards:manage']);
  });

  test('are listed in pages, however many there are, each version once', async () => {
    const { sql } = real().supabase.database;
    await sql`insert into public.score_rules (metric, points_per_unit, effective_from)
      select 'many_' || n % 2, n, '2020-01-01'::timestamptz + n * interval '1 hour' from generate_series(1, 1100) as n`;
    type Page = {
      score_rules: { id: number; metric: string; effective_from: string }[];
      next_cursor: string;
    };
    const read = async (query: string): Promise<Page> => (await real().get(`/score-rules?${query}`)).json();
    const rules: Page['score_rules'] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await read(`limit=500${cursor && `&cursor=${cursor}`}`);
      rules.push(...page.score_rules);
      cursor = page.next_cursor;
    }
    const [kept] = await sql`select array_agg(id::int order by metric, effective_from desc) as ids
      from public.score_rules`;
    expect(rules.map(({ id }) => id)).toEqual(kept?.ids);
    const one = await read('metric=many_1&limit=550');
    expect([new Set(one.score_rules.map(({ metric }) => metric)), one.next_cursor]).toEqual([
      new Set(['many_1']),
      null,
    ]);
    await expectProblem(await real().get('/score-rules?cursor=x'), 400, 'invalid_cursor');
    await expectProblem(await real().get('/score-rules?limit=1001'), 422, 'input_invalid');
  });

  test('are simulated without a trace', async () => {
    const body = { metric: 'deal_closed', points_per_unit: 1, board: 'all-time' };
    const simulated = await real().send('POST', '/score-rules/simulate', body, key);
    expect(await simulated.json()).toMatchObject({ board: 'all-time', standings: [], tier_changes: [] });
    const nowhere = await real().send('POST', '/score-rules/simulate', { ...body, board: 'none' }, key);
    await expectProblem(nowhere, 404, 'board_not_found');
  });
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

  test('say what followers are told', async () => {
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

  test('are made once, and play the seasons that are planned', async () => {
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

  test('change while they are played, and are away while they are not active', async () => {
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
