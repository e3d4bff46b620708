import { describe, expect, test } from 'vitest';
import { DiscordError, DiscordRateLimitError, DiscordUnreachableError } from './discord-error.ts';
import { createDiscordRest } from './rest.ts';

interface Sent {
  method: string;
  path: string;
  headers: Headers;
  body: unknown;
  atMs: number;
}
type Answer = { status: number; body?: unknown; headers?: Record<string, string> } | Error;

/** A Discord that answers from a list, and a clock that advances only on sleep. */
function createRig(answers: Answer[], options: { waitMsMax?: number; refusedCountMax?: number } = {}) {
  const sent: Sent[] = [];
  let nowMs = 1_000_000;
  const clock = {
    now: () => nowMs,
    sleep: (delayMs: number) => {
      nowMs += delayMs;
      return Promise.resolve();
    },
  };
  const fakeFetch: typeof fetch = async (input, init) => {
    const { pathname } = new URL(String(input));
    const body: unknown = init?.body ? JSON.parse(String(init.body)) : null;
    sent.push({
      method: init?.method ?? '',
      path: pathname,
      headers: new Headers(init?.headers),
      body,
      atMs: nowMs,
    });
    const answer = answers.shift() ?? { status: 200, body: {} };
    if (answer instanceof Error) throw answer;
    const text = answer.body === undefined ? null : JSON.stringify(answer.body);
    return new Response(text, { status: answer.status, headers: answer.headers });
  };
  const rest = createDiscordRest({
    apiUrl: 'http://discord/api',
    token: 't0ken',
    fetch: fakeFetch,
    clock,
    ...options,
  });
  return { rest, sent };
}

const guildRole = '/guilds/111111111111111111/members/222222222222222222/roles/333333333333333333';

describe('createDiscordRest', () => {
  test('sends version, token, reason and JSON', async () => {
    const { rest, sent } = createRig([{ status: 200, body: { id: '1' } }]);
    const answer = await rest.request('PATCH', '/channels/1/messages/2', {
      body: { a: 1 },
      reason: 'größer',
    });
    expect(answer).toEqual({ id: '1' });
    expect(sent[0]).toMatchObject({
      method: 'PATCH',
      path: '/api/v10/channels/1/messages/2',
      body: { a: 1 },
    });
    expect(sent[0]?.headers.get('authorization')).toBe('Bot t0ken');
    expect(sent[0]?.headers.get('x-audit-log-reason')).toBe('gr%C3%B6%C3%9Fer');
  });

  test('keeps the token out of requests that carry their own', async () => {
    const { rest, sent } = createRig([{ status: 200, body: {} }]);
    await rest.request('PATCH', '/webhooks/1/secret/messages/@original', { body: {}, authenticated: false });
    expect(sent[0]?.headers.has('authorization')).toBe(false);
  });

  test('waits until the bucket reopens instead of running into the limit', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': '2.5' };
    const { rest, sent } = createRig([{ status: 204, headers }, { status: 204 }]);
    await rest.request('PUT', guildRole);
    await rest.request('PUT', guildRole.replace('222222222222222222', '444444444444444444'));
    expect((sent[1]?.atMs ?? 0) - (sent[0]?.atMs ?? 0)).toBe(2_500);
  });

  test('lets other guilds and methods pass while one bucket is closed', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': '60' };
    const { rest, sent } = createRig([{ status: 204, headers }, { status: 204 }, { status: 204 }]);
    await rest.request('PUT', guildRole);
    await rest.request('DELETE', guildRole);
    await rest.request('PUT', guildRole.replace('111111111111111111', '555555555555555555'));
    expect(sent.map(({ atMs }) => atMs)).toEqual([1_000_000, 1_000_000, 1_000_000]);
  });

  test('waits as long as a 429 requires, then retries', async () => {
    const limited = { status: 429, body: { message: '', retry_after: 0.7, global: false } };
    const { rest, sent } = createRig([limited, { status: 204 }]);
    expect(await rest.request('PUT', guildRole)).toBeNull();
    expect((sent[1]?.atMs ?? 0) - (sent[0]?.atMs ?? 0)).toBe(700);
  });

  test('blocks every bucket after a global 429', async () => {
    const limited = { status: 429, body: { message: '', retry_after: 3, global: true } };
    const { rest, sent } = createRig([limited], { waitMsMax: 1_000 });
    await expect(rest.request('PUT', guildRole)).rejects.toMatchObject({ retryAfterMs: 3_000 });
    await expect(rest.request('GET', '/users/@me')).rejects.toMatchObject({ retryAfterMs: 3_000 });
    expect(sent).toHaveLength(1);
  });

  test('understands a 429 without JSON', async () => {
    const { rest, sent } = createRig([{ status: 429, headers: { 'retry-after': '2' } }, { status: 204 }]);
    await rest.request('PUT', guildRole);
    expect((sent[1]?.atMs ?? 0) - (sent[0]?.atMs ?? 0)).toBe(2_000);
  });

  test('reports an overlong wait instead of waiting', async () => {
    const limited = { status: 429, body: { message: '', retry_after: 90, global: false } };
    const { rest, sent } = createRig([limited], { waitMsMax: 10_000 });
    const error = await rest.request('PUT', guildRole).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DiscordRateLimitError);
    expect(error).toMatchObject({ retryAfterMs: 90_000, status: 429 });
    expect(sent).toHaveLength(1);
  });

  test("never retries a refusal and reports Discord's error", async () => {
    const { rest, sent } = createRig([
      { status: 403, body: { code: 50013, message: 'Missing Permissions' } },
    ]);
    const error = await rest.request('PUT', guildRole).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DiscordError);
    expect(error).toMatchObject({ status: 403, code: 50013 });
    expect(sent).toHaveLength(1);
  });

  test('stops sending after too many refused requests', async () => {
    const refused = { status: 403, body: { code: 50001, message: '' } };
    const { rest, sent } = createRig([refused, refused, refused], { refusedCountMax: 2 });
    for (let count = 0; count < 4; count += 1) await rest.request('PUT', guildRole).catch(() => null);
    expect(sent).toHaveLength(2);
  });

  test('distinguishes an unreachable Discord from a refusal and hides interaction tokens', async () => {
    const { rest } = createRig([new TypeError('connection refused')]);
    const path = '/webhooks/111111111111111111/s3cret/messages/@original';
    const error = await rest.request('PATCH', path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DiscordUnreachableError);
    expect(String(error)).not.toContain('s3cret');
  });

  test('a failed request does not block the next one of its bucket', async () => {
    const { rest } = createRig([{ status: 500 }, { status: 204 }]);
    const results = await Promise.allSettled([
      rest.request('PUT', guildRole),
      rest.request('PUT', guildRole),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });
});
