import { afterEach, beforeEach, expect, vi } from 'vitest';
import { makeBoard } from '#domain/leaderboard/testing/make-board.ts';
import { createApi } from '../app.ts';

type Rpc = (args: Record<string, unknown>) => unknown;
export const key = 'dsk_test_0123456789';
export const playerId = 'a0000000-0000-4000-8000-000000000003';
export const event = {
  external_id: 'e1',
  player_id: playerId,
  metric: 'deal_closed',
  units: 1,
  occurred_at: '2026-11-22T12:00:00Z',
};
export const recorded = {
  accepted: 1,
  duplicates: 0,
  refused: 0,
  results: [{ external_id: 'e1', status: 'accepted', event_id: 1, points: 100 }],
};
export const board = makeBoard({ player_count: 0 });

/**
 * A stand-in for PostgREST: functions by name, and a record of calls with their keys. Fresh for each test.
 */
export const database: { rpcs: Record<string, Rpc>; calls: { name: string; apikey: string | null }[] } = {
  rpcs: {},
  calls: [],
};

/** The database's answer to a counted attempt. */
export function makeAttempt(change: Record<string, unknown> = {}) {
  const at = new Date(Date.now() + 30_000).toISOString();
  return {
    allowed: true,
    remaining: 1,
    reset_at: at,
    retry_at: at,
    limit_count: 240,
    window_seconds: 60,
    ...change,
  };
}

/** A refusal in PostgREST's format. */
export class DatabaseRefusal extends Error {
  readonly body: object;
  constructor(status: number, reason: string, hint = 'Do it otherwise.') {
    super(reason);
    this.body = {
      code: `DS${status}`,
      message: 'It was refused.',
      details: reason,
      hint,
    };
  }
}

/** Starts the stand-in before each test of the calling file and stops it afterwards. */
export function useFakeDatabase(): void {
  beforeEach(() => {
    vi.stubEnv('SUPABASE_URL', 'http://database');
    vi.stubEnv('SUPABASE_SECRET_KEYS', '{"default":"sb_secret_x"}');
    vi.stubEnv('SUPABASE_PUBLISHABLE_KEYS', '{"default":"sb_publishable_x"}');
    vi.stubGlobal('Deno', { env: { get: (name: string) => process.env[name] } });
    database.calls = [];
    database.rpcs = {
      verify_api_key: (args) =>
        args.key === key
          ? { id: 'k1', name: 'test', source: 'dealscale', scopes: ['score-events:write'] }
          : null,
      count_attempt: () => makeAttempt({ remaining: 41 }),
      record_score_events: () => recorded,
      get_board_page: () => ({ board, standings: [], next_cursor: null }),
      keep_api_answer: () => null,
    };
    vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
      const name = new URL(String(input)).pathname.split('/').at(-1) ?? '';
      database.calls.push({ name, apikey: new Headers(init?.headers).get('apikey') });
      try {
        const value = await database.rpcs[name]?.(JSON.parse(String(init?.body ?? '{}')));
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
}

const api = createApi();
export const json = { 'content-type': 'application/json' };
export const withKey = { ...json, authorization: `Bearer ${key}` };
export const request = (path: string, init: RequestInit = {}) => api.request(`http://x/api/v1${path}`, init);
export const report = (body: unknown, headers: Record<string, string> = withKey) =>
  request('/score-events', {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** Every refusal is a problem document that states what to do and carries the request id. */
export async function expectProblem(
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
