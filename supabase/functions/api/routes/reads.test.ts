import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  board,
  DatabaseRefusal,
  database,
  expectProblem,
  makeAttempt,
  playerId,
  request,
  useFakeDatabase,
} from '../testing/api-rig.ts';

useFakeDatabase();

test("other sites' scripts may read the wait and the remaining quota", async () => {
  const response = await request('/boards/all-time/standings', {
    headers: { origin: 'https://elsewhere.test' },
  });
  const exposed = response.headers.get('access-control-expose-headers')?.split(',');
  expect(exposed).toEqual(expect.arrayContaining(['retry-after', 'ratelimit', 'ratelimit-policy']));
});

describe('limits', () => {
  test('are told with each answer', async () => {
    const response = await request('/boards/all-time/standings');
    expect(response.headers.get('ratelimit')).toMatch(/^"default";r=41;t=\d+$/);
    expect(response.headers.get('ratelimit-policy')).toMatch(/^"default";q=\d+;w=60$/);
  });

  test('refuse with the time to wait', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const retryAt = new Date(Date.now() + 9_500).toISOString();
    database.rpcs.count_attempt = () => makeAttempt({ allowed: false, remaining: 0, retry_at: retryAt });
    const response = await request('/boards');
    expect(response.headers.get('retry-after')).toBe('10');
    await expectProblem(response, 429, 'rate_limited');
  });
});

test('a limit that a command met itself is answered with the time to wait', async () => {
  database.rpcs.get_board_page = () => {
    throw new DatabaseRefusal(429, 'rate_limited', 'Try again in 42 seconds.');
  };
  const response = await request('/boards/all-time/standings');
  expect(response.headers.get('retry-after')).toBe('42');
  await expectProblem(response, 429, 'rate_limited');
});

describe('the public', () => {
  async function findBucket(forwardedFor: string): Promise<unknown> {
    let bucket: unknown;
    database.rpcs.count_attempt = ({ action, who }) => {
      bucket = `${action}:${who}`;
      return makeAttempt();
    };
    await request('/boards/all-time/standings', { headers: { 'x-forwarded-for': forwardedFor } });
    return bucket;
  }

  test('is counted by the address that the proxy saw, not by a forged one', async () => {
    expect(await findBucket('203.0.113.9')).toBe('api_address:203.0.113.9');
    expect(await findBucket('198.51.100.1, 203.0.113.9')).toBe('api_address:203.0.113.9');
  });

  test('is counted behind as many proxies as there are', async () => {
    vi.stubEnv('XFF_DEPTH', '2');
    expect(await findBucket('198.51.100.1, 203.0.113.9, 10.0.0.1')).toBe('api_address:203.0.113.9');
    expect(await findBucket('10.0.0.1')).toBe('api_address:unknown');
  });
});

describe('reads', () => {
  test('answer 304 to a known ETag, and 200 once the content is another', async () => {
    const first = await request('/boards/all-time/standings');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"v7-[0-9a-f]{24}"$/);
    const again = await request('/boards/all-time/standings', { headers: { 'if-none-match': `W/${etag}` } });
    expect({ status: again.status, body: await again.text() }).toEqual({ status: 304, body: '' });
    database.rpcs.get_board_page = () => ({
      board: { ...board, player_count: 1 },
      standings: [],
      next_cursor: null,
    });
    const any = await request('/boards/all-time/standings', { headers: { 'if-none-match': '*' } });
    expect(any.status).toBe(304);
    const changed = await request('/boards/all-time/standings', { headers: { 'if-none-match': etag } });
    expect(changed.status).toBe(200);
  });

  test('see what the public sees, unless the key may read players', async () => {
    await request('/boards/all-time/standings');
    database.rpcs.verify_api_key = () => ({
      id: 'k4',
      name: 'reader',
      source: 'reader',
      scopes: ['players:read'],
    });
    await request('/boards/all-time/standings', { headers: { apikey: 'dsk_players_0123' } });
    const keys = database.calls.filter(({ name }) => name === 'get_board_page').map(({ apikey }) => apikey);
    expect(keys).toEqual(['sb_publishable_x', 'sb_secret_x']);
  });

  test('report what is missing', async () => {
    database.rpcs.get_board_page = () => {
      throw new DatabaseRefusal(404, 'board_not_found');
    };
    await expectProblem(await request('/boards/none/standings'), 404, 'board_not_found');
    await expectProblem(await request('/nothing'), 404, 'route_unknown');
  });

  test.each([
    ['/boards/all-time/standings?', 'from_position'],
    ['/boards/all-time/at?at=2026-11-22T12:00:00Z&', 'from_position'],
    ['/boards/all-time/periods/1/export?', 'after_position'],
  ])('%s refuses a position that no board can have, by the name of the field', async (path, name) => {
    for (const position of ['2000000000', '-1', '1.5', 'x']) {
      const problem = await expectProblem(await request(`${path}${name}=${position}`), 422, 'input_invalid');
      expect(problem.errors).toMatchObject([{ path: name }]);
    }
    const reads = database.calls.filter(({ name: read }) => read !== 'count_attempt');
    expect(reads).toEqual([]);
  });

  test('require a single start of a page', async () => {
    const response = await request(`/boards/all-time/standings?from_position=3&around=${playerId}`);
    await expectProblem(response, 400, 'start_ambiguous');
  });
});

test('our own errors are reported without details', async () => {
  const silenced = vi.spyOn(console, 'error').mockImplementation(() => {});
  database.rpcs.get_board_page = () => ({ password: 'of the database' });
  const problem = await expectProblem(await request('/boards/all-time/standings'), 500, 'internal_error');
  expect(JSON.stringify(problem)).not.toContain('password');
  expect(silenced).toHaveBeenCalledOnce();
});

test('the description lists every route, and how each fails', async () => {
  const document: { openapi: string; paths: Record<string, Record<string, { responses: object }>> } = await (
    await request('/openapi.json')
  ).json();
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(
      [
        'score-events',
        'score-rules',
        'score-rules/simulate',
        'boards',
        'boards/{slug}',
        'boards/{slug}/seasons',
        'boards/{slug}/standings',
        'boards/{slug}/standings/{player_id}',
        'boards/{slug}/standings/{player_id}/movement',
        'boards/{slug}/statistics',
        'boards/{slug}/history',
        'boards/{slug}/at',
        'boards/{slug}/verification',
        'boards/{slug}/periods',
        'boards/{slug}/periods/{period_id}/export',
        'boards/{slug}/periods/{period_id}/verification',
        'players/{player_id}',
        'players/{player_id}/stats',
        'players/{player_id}/history',
        'compare',
      ].map((path) => `/api/v1/${path}`),
    ),
  );
  for (const operations of Object.values(document.paths)) {
    for (const { responses } of Object.values(operations)) expect(responses).toHaveProperty('429');
  }
});
