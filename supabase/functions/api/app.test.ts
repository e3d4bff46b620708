import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createApi } from './app.ts';

type Rpc = (args: Record<string, unknown>) => unknown;
const key = 'dsk_test_0123456789';
const playerId = 'a0000000-0000-4000-8000-000000000003';
const event = {
  external_id: 'e1',
  player_id: playerId,
  metric: 'deal_closed',
  units: 1,
  occurred_at: '2026-11-22T12:00:00Z',
};
const recorded = {
  accepted: 1,
  duplicates: 0,
  refused: 0,
  results: [{ external_id: 'e1', status: 'accepted', event_id: 1, points: 100 }],
};
const board = {
  slug: 'all-time',
  name: 'All time',
  kind: 'all_time',
  metric_names: [],
  time_zone: 'UTC',
  awards_tiers: true,
  period_id: 1,
  period_name: null,
  state: 'open',
  starts_at: null,
  ends_at: null,
  version: 7,
  as_of: '2026-11-22T12:00:00Z',
  player_count: 0,
};

/** Stands for PostgREST: functions by name, and refusals as PostgREST writes them. */
let rpcs: Record<string, Rpc> = {};
let calls: { name: string; apikey: string | null }[] = [];

class DatabaseRefusal extends Error {
  readonly body: object;
  constructor(status: number, reason: string) {
    super(reason);
    this.body = {
      code: `DS${status}`,
      message: 'It was refused.',
      details: reason,
      hint: 'Do it otherwise.',
    };
  }
}

beforeEach(() => {
  vi.stubEnv('SUPABASE_URL', 'http://database');
  vi.stubEnv('SUPABASE_SECRET_KEYS', '{"default":"sb_secret_x"}');
  vi.stubEnv('SUPABASE_PUBLISHABLE_KEYS', '{"default":"sb_publishable_x"}');
  calls = [];
  rpcs = {
    verify_api_key: (args) =>
      args.key === key ? { id: 'k1', name: 'test', scopes: ['score-events:write'] } : null,
    check_rate_limit: () => ({
      allowed: true,
      remaining: 41,
      reset_at: new Date(Date.now() + 30_000).toISOString(),
    }),
    record_score_events: () => recorded,
    get_board_page: () => ({ board, standings: [], next_cursor: null }),
    keep_api_answer: () => null,
  };
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const name = new URL(String(input)).pathname.split('/').at(-1) ?? '';
    calls.push({ name, apikey: new Headers(init?.headers).get('apikey') });
    try {
      const value = await rpcs[name]?.(JSON.parse(String(init?.body ?? '{}')));
      return Response.json(value ?? null);
    } catch (error) {
      if (error instanceof DatabaseRefusal) return Response.json(error.body, { status: 400 });
      throw error;
    }
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

const api = createApi();
const json = { 'content-type': 'application/json' };
const withKey = { ...json, authorization: `Bearer ${key}` };
const request = (path: string, init: RequestInit = {}) => api.request(`http://x/api/v1${path}`, init);
const report = (body: unknown, headers: Record<string, string> = withKey) =>
  request('/score-events', {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** Every refusal is a problem document that says what to do and carries the id of the request. */
async function expectProblem(
  response: Response,
  status: number,
  code: string,
): Promise<Record<string, unknown>> {
  const problem: Record<string, unknown> = await response.json();
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect({ status: response.status, code: problem.code }).toEqual({ status, code });
  expect(problem).toMatchObject({
    type: `urn:dealscale:problem:${code}`,
    status,
    title: expect.stringMatching(/./),
    detail: expect.stringMatching(/./),
    request_id: response.headers.get('x-request-id'),
  });
  return problem;
}

describe('who may report', () => {
  test('nobody without a key', async () => {
    const response = await report({ events: [event] }, json);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    await expectProblem(response, 401, 'api_key_missing');
  });

  test('nobody with a key that is not valid', async () => {
    await expectProblem(
      await report({ events: [event] }, { ...json, apikey: 'dsk_wrong_key' }),
      401,
      'api_key_invalid',
    );
  });

  test('no key without the scope', async () => {
    rpcs.verify_api_key = () => ({ id: 'k2', name: 'reader', scopes: ['players:read'] });
    const response = await report({ events: [event] }, { ...json, apikey: 'dsk_reader_012345' });
    await expectProblem(response, 403, 'scope_missing');
    expect(calls.map(({ name }) => name)).not.toContain('record_score_events');
  });

  test('a key in either header, checked once while it is fresh', async () => {
    await report({ events: [event] }, { ...json, apikey: 'dsk_twice_0123456' });
    rpcs.verify_api_key = () => ({ id: 'k3', name: 'twice', scopes: ['score-events:write'] });
    for (const headers of [{ apikey: 'dsk_twice_0123456' }, { authorization: 'Bearer dsk_twice_0123456' }]) {
      expect((await report({ events: [event] }, { ...json, ...headers })).status).toBe(200);
    }
    expect(calls.filter(({ name }) => name === 'verify_api_key')).toHaveLength(2);
  });
});

describe('input that is refused whole', () => {
  test.each([
    ['{"events":', 400, 'body_malformed'],
    [{ events: [] }, 422, 'input_invalid'],
    [{ events: 'x' }, 422, 'input_invalid'],
    [{ events: [1] }, 422, 'input_invalid'],
    [{ events: Array.from({ length: 10_001 }, () => event) }, 413, 'batch_too_large'],
    [{ events: [event], source: 'x'.repeat(9_000_000) }, 413, 'body_too_large'],
  ])('case %#', async (body, status, code) => {
    await expectProblem(await report(body), status, code);
    expect(calls.map(({ name }) => name)).not.toContain('record_score_events');
  });

  test('says which field is wrong', async () => {
    const problem = await expectProblem(await report({ events: [], source: '' }), 422, 'input_invalid');
    expect(problem.errors).toEqual(expect.arrayContaining([expect.objectContaining({ path: 'source' })]));
  });

  test('wants JSON', async () => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'text/plain' };
    await expectProblem(await report({ events: [event] }, headers), 415, 'media_type_unsupported');
  });
});

describe('Idempotency-Key', () => {
  const headers = { ...withKey, 'idempotency-key': 'once' };

  test('gives the first answer again without doing anything', async () => {
    rpcs.recall_api_answer = () => ({ status: 200, body: recorded });
    const response = await report({ events: [event] }, headers);
    expect(await response.json()).toEqual(recorded);
    expect(response.headers.get('idempotency-replayed')).toBe('true');
    expect(calls.map(({ name }) => name)).not.toContain('record_score_events');
  });

  test('keeps the first answer', async () => {
    const kept: unknown[] = [];
    rpcs.recall_api_answer = () => null;
    rpcs.keep_api_answer = (args) => kept.push(args);
    await report({ events: [event] }, headers);
    expect(kept).toEqual([{ api_key_id: 'k1', idempotency_key: 'once', status: 200, body: recorded }]);
  });

  test('hashes what was asked, so that another body is another request', async () => {
    const hashes: unknown[] = [];
    rpcs.recall_api_answer = ({ request_hash }) => {
      hashes.push(request_hash);
      return null;
    };
    await report({ events: [event] }, headers);
    await report({ events: [event] }, headers);
    await report({ events: [{ ...event, units: 2 }] }, headers);
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[2]).not.toBe(hashes[0]);
  });

  test('refuses a key that was used for another request', async () => {
    rpcs.recall_api_answer = () => {
      throw new DatabaseRefusal(409, 'idempotency_key_reused');
    };
    await expectProblem(await report({ events: [event] }, headers), 409, 'idempotency_key_reused');
  });
});

describe('limits', () => {
  test('are told with each answer', async () => {
    const response = await request('/boards/all-time/standings');
    expect(response.headers.get('ratelimit')).toMatch(/^"default";r=41;t=\d+$/);
    expect(response.headers.get('ratelimit-policy')).toMatch(/^"default";q=\d+;w=60$/);
  });

  test('refuse with the time to wait', async () => {
    rpcs.check_rate_limit = () => ({
      allowed: false,
      remaining: 0,
      reset_at: new Date(Date.now() + 9_500).toISOString(),
    });
    const response = await request('/boards');
    expect(response.headers.get('retry-after')).toBe('10');
    await expectProblem(response, 429, 'rate_limited');
  });
});

describe('reads', () => {
  test('answer 304 to a known ETag, and 200 once the content is another', async () => {
    const first = await request('/boards/all-time/standings');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"v7-[0-9a-f]{24}"$/);
    const again = await request('/boards/all-time/standings', { headers: { 'if-none-match': `W/${etag}` } });
    expect({ status: again.status, body: await again.text() }).toEqual({ status: 304, body: '' });
    rpcs.get_board_page = () => ({ board: { ...board, player_count: 1 }, standings: [], next_cursor: null });
    const changed = await request('/boards/all-time/standings', { headers: { 'if-none-match': etag } });
    expect(changed.status).toBe(200);
  });

  test('see what the public sees, unless the key may read players', async () => {
    await request('/boards/all-time/standings');
    rpcs.verify_api_key = () => ({ id: 'k4', name: 'reader', scopes: ['players:read'] });
    await request('/boards/all-time/standings', { headers: { apikey: 'dsk_players_0123' } });
    const keys = calls.filter(({ name }) => name === 'get_board_page').map(({ apikey }) => apikey);
    expect(keys).toEqual(['sb_publishable_x', 'sb_secret_x']);
  });

  test('say what is not there', async () => {
    rpcs.get_board_page = () => {
      throw new DatabaseRefusal(404, 'board_not_found');
    };
    await expectProblem(await request('/boards/none/standings'), 404, 'board_not_found');
    await expectProblem(await request('/nothing'), 404, 'route_unknown');
  });

  test('want one start of a page', async () => {
    const response = await request(`/boards/all-time/standings?from_position=3&around=${playerId}`);
    await expectProblem(response, 400, 'start_ambiguous');
  });
});

test('a fault of ours is told without its details', async () => {
  const silenced = vi.spyOn(console, 'error').mockImplementation(() => {});
  rpcs.get_board_page = () => {
    throw new TypeError('password of the database');
  };
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
    expect.arrayContaining([
      '/api/v1/score-events',
      '/api/v1/boards/{slug}/standings',
      '/api/v1/players/{player_id}',
    ]),
  );
  for (const operations of Object.values(document.paths)) {
    for (const { responses } of Object.values(operations)) expect(responses).toHaveProperty('429');
  }
});
