import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ProblemError, toProblemError } from '../_shared/problem.ts';
import { problemAnswers } from './problem-answers.ts';
import {
  DatabaseRefusal,
  database,
  event,
  json,
  makeAttempt,
  playerId,
  recorded,
  report,
  request,
  useFakeDatabase,
  withKey,
} from './testing/api-rig.ts';
import { writeContract } from './testing/write-contract.ts';

useFakeDatabase();

/** The complete problem response, as its caller sees it. */
async function writeProblem(response: Response): Promise<string> {
  const shown = ['content-type', 'www-authenticate', 'retry-after', 'ratelimit', 'ratelimit-policy'];
  const headers = shown.flatMap((name) => response.headers.get(name) ?? []).join(' | ');
  return `${response.status} ${headers}\n${JSON.stringify(await response.json(), null, 2)}`;
}

const identified = { 'x-request-id': 'r1' };
const ask = (path: string, headers: Record<string, string> = {}) =>
  request(path, { headers: { ...identified, ...headers } });
const send = (body: unknown, headers: Record<string, string> = withKey) =>
  report(body, { ...identified, ...headers });
const standings = '/boards/all-time/standings';
const scoped = (scopes: string[]) => () => ({ id: 'k7', name: 'scoped', source: 'scoped', scopes });

/** Each problem that the API itself produces, with the request that causes it. */
const problems: Record<string, () => Promise<Response>> = {
  'no key': () => send({ events: [event] }, json),
  'a wrong key': () => ask(standings, { apikey: 'dsk_problem_wrong' }),
  'a key without the scope': () => {
    database.rpcs.verify_api_key = scoped([]);
    return send({ events: [event] }, { ...json, apikey: 'dsk_problem_scope' });
  },
  'a route that is not there': () => ask('/nothing'),
  'a body that is no JSON': () => send('{'),
  'a body of another type': () => send({}, { ...withKey, 'content-type': 'text/plain' }),
  'a body that is not valid': () => send({ events: [], source: '' }),
  'a body that is too large': () => send({ events: [event], source: 'x'.repeat(9_000_000) }),
  'a batch that is too large': () => send({ events: Array.from({ length: 10_001 }, () => event) }),
  'a source of somebody else': () => send({ events: [event], source: 'other' }),
  'two starts of a page': () => ask(`${standings}?from_position=3&around=${playerId}`),
  'a bad Idempotency-Key': () => send({ events: [event] }, { ...withKey, 'idempotency-key': 'é' }),
  'too many requests': () => {
    const retryAt = new Date(Date.now() + 9_500).toISOString();
    database.rpcs.count_attempt = () => makeAttempt({ allowed: false, remaining: 0, retry_at: retryAt });
    return ask(standings);
  },
  'a refusal of the database': () => {
    database.rpcs.get_board_page = () => {
      throw new DatabaseRefusal(429, 'rate_limited', 'Try again in 42 seconds.');
    };
    return ask(standings);
  },
  'a database that is away': () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
    return ask(standings);
  },
  'a fault of ours': () => {
    database.rpcs.get_board_page = () => ({});
    return ask(standings);
  },
};

function stopTime() {
  vi.useFakeTimers({ toFake: ['Date'] });
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => {
    vi.useRealTimers();
    logged.mockRestore();
  });
  return logged;
}

test('every problem matches its golden file', async () => {
  stopTime();
  const written = [];
  const { ...rpcs } = database.rpcs;
  const { fetch } = globalThis;
  for (const [name, cause] of Object.entries(problems)) {
    written.push(`=== ${name}\n${await writeProblem(await cause())}`);
    database.rpcs = { ...rpcs };
    vi.stubGlobal('fetch', fetch);
  }
  await expect(`${written.join('\n\n')}\n`).toMatchFileSnapshot('golden/problems.txt');
});

test('the description matches its golden file', async () => {
  const contract = writeContract(await (await request('/openapi.json')).json());
  await expect(contract).toMatchFileSnapshot('golden/contract.txt');
});

test('a status without a description is just refused, and the database may always be down', () => {
  const answers = problemAnswers(418);
  expect(Object.keys(answers)).toEqual(['418', '503']);
  expect(answers[418]?.description).toBe('Refused.');
});

test('a refusal without a time to wait has no Retry-After', () => {
  const refusal = { code: 'c', message: 'm', action: 'a', status: 409 };
  expect(toProblemError(refusal).headers).toEqual({});
  expect(toProblemError({ ...refusal, retryAfterSeconds: 0 }).headers).toEqual({ 'retry-after': '0' });
  expect(toProblemError(refusal)).toMatchObject({ name: 'ProblemError', message: 'm', detail: 'a' });
  expect(new ProblemError({ status: 400, code: 'c', title: 't', detail: 'd' }).headers).toEqual({});
});

describe('a request', () => {
  test('keeps the id that it came with, up to 64 characters, in answers of every kind', async () => {
    const identify = async (path: string, id: string) =>
      (await request(path, { headers: { 'x-request-id': id } })).headers.get('x-request-id');
    for (const path of [standings, '/nothing', `${standings}?from_position=x`]) {
      expect(await identify(path, 'i'.repeat(64))).toBe('i'.repeat(64));
      for (const unfit of ['', 'i'.repeat(65), 'a b', '<script>']) {
        expect(await identify(path, unfit)).toMatch(/^[0-9a-f-]{36}$/);
      }
    }
  });

  test("from another site's script is answered, and exposes all headers it may need", async () => {
    const { headers } = await request(standings, { headers: { origin: 'https://elsewhere.test' } });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-expose-headers')).toBe(
      'etag,idempotency-replayed,link,ratelimit,ratelimit-policy,retry-after,x-request-id',
    );
    expect(headers.get('cache-control')).toBe('no-cache');
  });

  test('is logged if it fails on our side, and not if it is refused', async () => {
    const logged = stopTime();
    await ask('/nothing');
    await ask(`${standings}?from_position=x`);
    expect(logged).not.toHaveBeenCalled();
    await problems['a fault of ours']?.();
    expect(JSON.parse(String(logged.mock.calls[0]?.[0]))).toMatchObject({
      ...{ message: 'request failed', request_id: 'r1', path: `/api/v1${standings}` },
    });
  });
});

describe('an ETag', () => {
  const read = (tags: string) => request(standings, { headers: { 'if-none-match': tags } });

  test('is known in a list, weak or not, and only whole', async () => {
    const etag = (await request(standings)).headers.get('etag') ?? '';
    for (const tags of [etag, `"a", ${etag}`, `"a" , W/${etag} ,"b"`, '"a", *']) {
      const { status, headers } = await read(tags);
      expect({ tags, status, etag: headers.get('etag') }).toEqual({ tags, status: 304, etag });
    }
    for (const tags of ['"a"', etag.slice(1), `x${etag}`, `xW/${etag}`, `"W/${etag}`]) {
      expect({ tags, status: (await read(tags)).status }).toEqual({ tags, status: 200 });
    }
  });
});

describe('an Idempotency-Key', () => {
  test.each([
    ['x', 200],
    ['x'.repeat(200), 200],
    ['x'.repeat(201), 400],
    ['', 400],
    [' ~', 200],
    ['a\tb', 400],
  ])('of %j is answered with %i', async (idempotencyKey, status) => {
    const response = await send({ events: [event] }, { ...withKey, 'idempotency-key': idempotencyKey });
    expect(response.status).toBe(status);
    expect(response.headers.get('idempotency-replayed')).toBeNull();
  });

  test('that is absent stores and recalls nothing', async () => {
    expect((await send({ events: [event] })).status).toBe(200);
    const names = database.calls.map(({ name }) => name);
    expect(names).not.toContain('recall_api_answer');
    expect(names).not.toContain('keep_api_answer');
  });

  test('asks for the answer by key and hash, and refuses an answer of another shape', async () => {
    stopTime();
    const asked: unknown[] = [];
    database.rpcs.recall_api_answer = (args) => {
      asked.push(args);
      return { status: 200, body: { nothing: 'of it' } };
    };
    const response = await send({ events: [event] }, { ...withKey, 'idempotency-key': 'k' });
    expect(response.status).toBe(500);
    expect(asked).toEqual([
      { api_key_id: 'k1', idempotency_key: 'k', request_hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(recorded.accepted).toBe(1);
  });
});
