import { describe, expect, test, vi } from 'vitest';
import {
  DatabaseRefusal,
  database,
  event,
  expectProblem,
  json,
  key,
  recorded,
  report,
  useFakeDatabase,
  withKey,
} from './testing/api-rig.ts';

useFakeDatabase();

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

  test('refuses keys without the scope', async () => {
    database.rpcs.verify_api_key = () => ({
      id: 'k2',
      name: 'reader',
      source: 'reader',
      scopes: ['players:read'],
    });
    const response = await report({ events: [event] }, { ...json, apikey: 'dsk_reader_012345' });
    await expectProblem(response, 403, 'scope_missing');
    expect(database.calls.map(({ name }) => name)).not.toContain('record_score_events');
  });

  test('accept a key in either header, verified once while it is cached', async () => {
    await report({ events: [event] }, { ...json, apikey: 'dsk_twice_0123456' });
    database.rpcs.verify_api_key = () => ({
      id: 'k3',
      name: 'twice',
      source: 'x',
      scopes: ['score-events:write'],
    });
    for (const headers of [{ apikey: 'dsk_twice_0123456' }, { authorization: 'Bearer dsk_twice_0123456' }]) {
      expect((await report({ events: [event] }, { ...json, ...headers })).status).toBe(200);
    }
    expect(database.calls.filter(({ name }) => name === 'verify_api_key')).toHaveLength(2);
  });
});

describe('a request that is refused as a whole', () => {
  test.each([
    ['{"events":', 400, 'body_malformed'],
    [{ events: [] }, 422, 'input_invalid'],
    [{ events: 'x' }, 422, 'input_invalid'],
    [{ events: [event], source: 'a\0' }, 422, 'input_invalid'],
    [{ events: [event], source: '\ud800' }, 422, 'input_invalid'],
    [{ events: [event], source: 'somebody-else' }, 403, 'source_not_allowed'],
    [{ events: Array.from({ length: 10_001 }, () => event) }, 413, 'batch_too_large'],
    [{ events: [event], source: 'x'.repeat(9_000_000) }, 413, 'body_too_large'],
  ])('case %#', async (body, status, code) => {
    await expectProblem(await report(body), status, code);
    expect(database.calls.map(({ name }) => name)).not.toContain('record_score_events');
  });

  test('names the invalid field', async () => {
    const problem = await expectProblem(await report({ events: [], source: '' }), 422, 'input_invalid');
    expect(problem.errors).toEqual(expect.arrayContaining([expect.objectContaining({ path: 'source' })]));
  });

  test('requires JSON', async () => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'text/plain' };
    await expectProblem(await report({ events: [event] }, headers), 415, 'media_type_unsupported');
  });
});

describe('sends the batch to the database', () => {
  test("contains the key's source, and replaces unreadable values by ones that are refused individually", async () => {
    const batches: unknown[] = [];
    database.rpcs.record_score_events = (args) => {
      batches.push(args);
      return recorded;
    };
    const events = [event, { ...event, external_id: 'a\0' }, { ...event, metric: '\ud800' }, 1];
    expect((await report({ events })).status).toBe(200);
    expect((await report({ events: [event], source: 'dealscale', refuse_all_on_error: true })).status).toBe(
      200,
    );
    const { external_id: _, ...anonymous } = event;
    expect(batches).toEqual([
      { source: 'dealscale', events: [event, anonymous, null, null], refuse_all_on_error: false },
      { source: 'dealscale', events: [event], refuse_all_on_error: true },
    ]);
  });
});

describe('a database that is down', () => {
  test.each([
    ['answers 503', () => Response.json({ code: 'PGRST001', message: 'no connection' }, { status: 503 })],
    ['does not answer', () => Promise.reject(new TypeError('fetch failed'))],
  ])('and %s is a problem to wait for', async (_, answer) => {
    vi.stubGlobal('fetch', answer);
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const response = await report({ events: [event] }, { ...json, apikey: 'dsk_while_away' });
    expect(response.headers.get('retry-after')).toBe('5');
    await expectProblem(response, 503, 'database_unavailable');
  });

  test('that hangs is timed out', async () => {
    const limits: unknown[] = [];
    vi.stubGlobal('fetch', async (_: unknown, init?: RequestInit) => {
      limits.push(init?.signal);
      return Response.json(null);
    });
    await report({ events: [event] }, { ...json, apikey: 'dsk_is_in_time' });
    expect(limits).toEqual([expect.any(AbortSignal)]);
  });
});

describe('Idempotency-Key', () => {
  const headers = { ...withKey, 'idempotency-key': 'once' };

  test('returns the first answer again without doing anything', async () => {
    database.rpcs.recall_api_answer = () => ({ status: 200, body: recorded });
    const response = await report({ events: [event] }, headers);
    expect(await response.json()).toEqual(recorded);
    expect(response.headers.get('idempotency-replayed')).toBe('true');
    expect(database.calls.map(({ name }) => name)).not.toContain('record_score_events');
  });

  test('stores the first answer', async () => {
    const kept: unknown[] = [];
    database.rpcs.recall_api_answer = () => null;
    database.rpcs.keep_api_answer = (args) => kept.push(args);
    await report({ events: [event] }, headers);
    expect(kept).toEqual([{ api_key_id: 'k1', idempotency_key: 'once', status: 200, body: recorded }]);
  });

  test('hashes the request, so another body is another request', async () => {
    const hashes: unknown[] = [];
    database.rpcs.recall_api_answer = ({ request_hash }) => {
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
    database.rpcs.recall_api_answer = () => {
      throw new DatabaseRefusal(409, 'idempotency_key_reused');
    };
    await expectProblem(await report({ events: [event] }, headers), 409, 'idempotency_key_reused');
  });
});
