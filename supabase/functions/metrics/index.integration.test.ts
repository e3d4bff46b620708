import { beforeAll, describe, expect, test, vi } from 'vitest';
import { createArena, refreshPeriod, sendEvents } from '../../tests/leaderboard/arena.ts';
import { useRealApi } from '../../tests/real-api.ts';

const real = useRealApi();
/** Loaded together with the API's modules, so both use this file's database. */
const read = async (headers: Record<string, string> = {}) => {
  const { default: metrics } = await import('./index.ts');
  return metrics.fetch(new Request('http://x/metrics', { headers }));
};
const readValue = (text: string, name: string) =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.split(' ')
      .at(-1),
  );

describe('the metrics', () => {
  test('are rate-limited per address, whatever key is sent with it', async () => {
    const guess = (index: number, address: string) =>
      read({ authorization: `Bearer dsk_wrong_key_${index}`, 'x-forwarded-for': address });
    let response = await guess(0, '192.0.2.7');
    let count = 0;
    // A few more than sixty pass if a new minute begins during the test.
    for (; response.status === 401; count += 1) response = await guess(count, '192.0.2.7');
    expect(count).toBeGreaterThanOrEqual(60);
    expect([response.status, Number(response.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect((await guess(0, '192.0.2.8')).status).toBe(401);
  });

  let secret: Record<string, string>;
  beforeAll(() => {
    secret = { apikey: real().supabase.settings.secretKey };
  });

  test('follow the engine', async () => {
    const { sql } = real().supabase.database;
    const arena = await createArena(sql, { playerCount: 2 });
    await sendEvents(
      sql,
      arena.playerIds.map((playerId, index) => ({
        external_id: `metrics-${index}`,
        player_id: playerId,
        metric: arena.metric,
        units: 1,
        occurred_at: new Date().toISOString(),
      })),
    );
    const before = await (await read(secret)).text();
    await refreshPeriod(sql, arena.currentPeriodId);
    await sql`call leaderboard.refresh_due_boards()`;
    const response = await read(secret);
    const after = await response.text();
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const [version, players] = ['version', 'players'].map(
      (what) => `dealscale_board_${what}{board="${arena.slug}",period_id="${arena.currentPeriodId}"`,
    );
    expect([before, after].map((text) => readValue(text, version ?? ''))).toEqual([0, 1]);
    expect(readValue(after, players ?? '')).toBe(2);
    expect(readValue(after, 'dealscale_board_age_seconds')).toBeLessThan(60);
    const runs = 'dealscale_leaderboard_runs_total{job="refresh"}';
    expect(readValue(after, runs)).toBe(readValue(before, runs) + 1);
  });

  test('show the outbox backlog', async () => {
    const { sql } = real().supabase.database;
    await sql`update platform.outbox set sent_at = now() where sent_at is null`;
    await sql`select platform.emit_event('test/thing.happened', '{}')`;
    await sql`update platform.outbox set created_at = now() - interval '1 hour', attempts = 4 where sent_at is null`;
    const text = await (await read(secret)).text();
    expect(readValue(text, 'dealscale_outbox_unsent')).toBe(1);
    expect(readValue(text, 'dealscale_outbox_oldest_seconds')).toBeGreaterThanOrEqual(3_600);
    expect(readValue(text, 'dealscale_outbox_attempts_max')).toBe(4);
  });

  test('accept the secret key and keys with the scope', async () => {
    expect((await read(await real().makeKey('metrics:read'))).status).toBe(200);
    expect((await read(await real().makeKey('players:read'))).status).toBe(403);
    const { publishableKey } = real().supabase.settings;
    for (const headers of [
      {},
      { apikey: publishableKey },
      { apikey: 'sb_secret_x' },
      { apikey: 'dsk_made_up_key' },
    ]) {
      expect((await read(headers)).status).toBe(401);
    }
  });

  test('report that they cannot be read, and no details', async () => {
    const silenced = vi.spyOn(console, 'error').mockImplementation(() => {});
    const unreachable = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('a secret address'));
    const response = await read(secret);
    unreachable.mockRestore();
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const problem = await response.text();
    expect(JSON.parse(problem)).toMatchObject({ code: 'metrics_unavailable', status: 503 });
    expect(problem).not.toContain('secret');
    expect(silenced).toHaveBeenCalledOnce();
  });
});
