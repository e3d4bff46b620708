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

  const addTwice = (metric: string, headers: Record<string, string>) =>
    real().send('POST', '/score-rules', { ...rule, metric }, { ...headers, 'idempotency-key': metric });
  const countVersions = async (metric: string): Promise<number> => {
    const { sql } = real().supabase.database;
    return (await sql`select from public.score_rules where metric = ${metric}`).length;
  };

  test('are added once, however many requests with the same Idempotency-Key arrive at the same time', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => addTwice('at_once', key)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const replayed = answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true');
    expect(replayed).toHaveLength(3);
    const bodies: unknown[] = await Promise.all(answers.map((answer) => answer.json()));
    expect(new Set(bodies.map((body) => JSON.stringify(body)))).toHaveLength(1);
    expect(await countVersions('at_once')).toBe(1);
  });

  test('are added once even if the first answer was lost, and once more for another key', async () => {
    const first = await addTwice('answer_lost', key);
    await real().supabase.database.sql`
      update integrations.api_answers set status = null, body = null where idempotency_key = 'answer_lost'`;
    const again = await addTwice('answer_lost', key);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(await again.json()).toEqual(await first.json());
    expect(await countVersions('answer_lost')).toBe(1);
    const other = await real().makeKey('boards:manage');
    expect((await addTwice('answer_lost', other)).headers.get('idempotency-replayed')).toBeNull();
    expect(await countVersions('answer_lost')).toBe(2);
  });

  test('that were refused may be retried with the same Idempotency-Key', async () => {
    const { sql } = real().supabase.database;
    const add = () => addTwice('refused_first', key);
    await sql.begin(async (holder) => {
      await holder`select pg_advisory_xact_lock_shared(hashtextextended('leaderboard/intake', 0))`;
      await expectProblem(await add(), 409, 'intake_busy');
    });
    expect((await add()).status).toBe(201);
    expect(await countVersions('refused_first')).toBe(1);
  });

  test.each([0.0001, 0.1, 2.5, 1_234_567.8901, 9_999_999.9999])(
    'keep %d points a unit',
    async (pointsPerUnit) => {
      const metric = `kept_${String(pointsPerUnit).replace('.', '_')}`;
      const added = await real().send(
        'POST',
        '/score-rules',
        { metric, points_per_unit: pointsPerUnit },
        key,
      );
      expect(await added.json()).toMatchObject({ metric, points_per_unit: pointsPerUnit });
    },
  );

  test.each([
    [{ ...rule, metric: 'No Metric' }, 422, 'input_invalid'],
    [{ ...rule, points_per_unit: -1 }, 422, 'input_invalid'],
    [{ ...rule, points_per_unit: '1' }, 422, 'input_invalid'],
    [{ ...rule, points_per_unit: 0.000_04 }, 422, 'input_invalid'],
    [{ ...rule, points_per_unit: 2.500_01 }, 422, 'input_invalid'],
    [{ ...rule, daily_cap_points: 1.5 }, 422, 'input_invalid'],
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
    const add = (actingPlayerId: string) =>
      real().send(
        'POST',
        '/score-rules',
        { ...rule, metric: 'by_admin', acting_player_id: actingPlayerId },
        key,
      );
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

  test('are simulated on a season board before its first season is planned: nobody has played', async () => {
    await real().send('POST', '/boards', { slug: 'unplanned', name: 'Unplanned', kind: 'season' }, key);
    const body = { metric: 'deal_closed', points_per_unit: 1, board: 'unplanned' };
    const simulated = await real().send('POST', '/score-rules/simulate', body, key);
    expect(simulated.status).toBe(200);
    expect(await simulated.json()).toMatchObject({ period_id: null, standings: [], tier_changes: [] });
  });

  test.each([
    [{ metric: 'nothing_like_it' }, 400, 'unknown_metric'],
    [{ points_per_unit: 0.000_04 }, 422, 'input_invalid'],
    [{ time_zone: 'Mars/Olympus' }, 400, 'invalid_time_zone'],
  ])('are not simulated: case %#', async (change, status, code) => {
    const body = { metric: 'deal_closed', points_per_unit: 1, board: 'all-time', ...change };
    await expectProblem(await real().send('POST', '/score-rules/simulate', body, key), status, code);
  });
});
