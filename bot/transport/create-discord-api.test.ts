import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDiscordApi } from './create-discord-api.ts';
import { DiscordError, DiscordRateLimitError, DiscordUnreachableError } from './discord-error.ts';

interface Sent {
  method: string;
  path: string;
  headers: Headers;
  body: unknown;
  atMs: number;
}
type Answer = { status: number; body?: unknown; headers?: Record<string, string> } | Error;

const guildId = '111111111111111111';
const [pia, max] = ['222222222222222222', '444444444444444444'];
const roleId = '333333333333333333';
const message = { content: 'hi' };

// The library counts refusals for ten minutes, in all clients of a process, including those of other test files,
// so each test starts half an hour after the previous one.
let startMs = Date.now() + 86_400_000;
beforeEach(() => {
  startMs += 1_800_000;
  vi.useFakeTimers({ now: startMs });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A Discord that answers from a list. Time passes only while somebody waits. */
function createRig(answers: Answer[], options: { refusedCountMax?: number } = {}) {
  const sent: Sent[] = [];
  const fakeFetch: typeof fetch = async (input, init) => {
    sent.push({
      method: init?.method ?? '',
      path: new URL(String(input)).pathname,
      headers: new Headers(init?.headers),
      body: init?.body ? JSON.parse(String(init.body)) : null,
      atMs: Date.now(),
    });
    const answer = answers.shift() ?? { status: 200, body: {} };
    if (answer instanceof Error) throw answer;
    if (answer.body === undefined) return new Response(null, answer);
    return Response.json(answer.body, answer);
  };
  const { guilds, users, channels, interactions } = createDiscordApi({
    ...{ apiUrl: 'http://discord/api', token: 't0ken', fetch: fakeFetch },
    ...options,
  });
  const give = (userId = pia, guild = guildId) => guilds.addRoleToMember(guild, userId, roleId);
  const take = () => guilds.removeRoleFromMember(guildId, pia, roleId);
  const answerWith = (token: string) => interactions.editReply(guildId, token, message);
  const listWaits = () => sent.map(({ atMs }, index) => atMs - (sent[index - 1]?.atMs ?? atMs));
  return { guilds, users, channels, give, take, answerWith, sent, listWaits };
}

/** The result once enough time has passed. */
async function finish<T>(work: Promise<T>): Promise<T | Error> {
  const settled = work.catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  let isSettled = false;
  void settled.then(() => {
    isSettled = true;
  });
  for (let stepMs = 0; !isSettled; stepMs = 10) await vi.advanceTimersByTimeAsync(stepMs);
  return settled;
}

describe('createDiscordApi', () => {
  test('sends version, token, reason and JSON', async () => {
    const { channels, guilds, sent } = createRig([{ status: 200, body: { id: '1' } }, { status: 204 }]);
    expect(await finish(channels.editMessage('1', '2', message))).toEqual({ id: '1' });
    expect(sent[0]).toMatchObject({
      method: 'PATCH',
      path: '/api/v10/channels/1/messages/2',
      body: message,
    });
    expect(sent[0]?.headers.get('authorization')).toBe('Bot t0ken');
    await finish(guilds.addRoleToMember(guildId, pia, roleId, { reason: 'größer' }));
    expect(sent[1]?.headers.get('x-audit-log-reason')).toBe('gr%C3%B6%C3%9Fer');
  });

  test('keeps the token out of requests that carry their own', async () => {
    const { answerWith, sent } = createRig([{ status: 200, body: {} }]);
    await finish(answerWith('secret'));
    expect(sent[0]?.headers.has('authorization')).toBe(false);
  });

  test('waits until the bucket reopens instead of running into the limit', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': '2.5' };
    const { give, listWaits } = createRig([{ status: 204, headers }, { status: 204 }]);
    await finish(Promise.all([give(), give(max)]));
    expect(listWaits()[1]).toBeGreaterThanOrEqual(2_500);
    expect(listWaits()[1]).toBeLessThan(2_700);
  });

  test('knows that routes of one bucket share a limit', async () => {
    const open = {
      'x-ratelimit-bucket': 'abc',
      'x-ratelimit-remaining': '5',
      'x-ratelimit-reset-after': '3',
    };
    const used = { ...open, 'x-ratelimit-remaining': '0' };
    const { give, take, listWaits } = createRig([
      { status: 204, headers: open },
      { status: 204, headers: open },
      { status: 204, headers: used },
    ]);
    for (const call of [give, take, give, take]) await finish(call());
    expect(listWaits()[2]).toBeLessThan(100);
    expect(listWaits()[3]).toBeGreaterThanOrEqual(3_000);
  });

  test('lets other guilds and methods pass while one bucket is closed', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': '60' };
    const { give, take, listWaits } = createRig([{ status: 204, headers }, { status: 204 }, { status: 204 }]);
    await give();
    await take();
    await give(pia, '555555555555555555');
    expect(listWaits()).toEqual([0, 0, 0]);
  });

  test('waits as long as a 429 requires, then retries', async () => {
    const limited = {
      status: 429,
      body: { message: '', retry_after: 0.7, global: false },
      headers: { 'retry-after': '1' },
    };
    const { give, listWaits } = createRig([limited, { status: 204 }]);
    expect(await finish(give())).toBeUndefined();
    expect(listWaits()[1]).toBeGreaterThanOrEqual(1_000);
    expect(listWaits()[1]).toBeLessThan(1_200);
  });

  test('takes a 429 that does not say how long for a second', async () => {
    const { give, listWaits } = createRig([{ status: 429 }, { status: 204 }]);
    await finish(give());
    expect(listWaits()[1]).toBeGreaterThanOrEqual(1_000);
  });

  test('blocks every bucket after a global 429', async () => {
    const limited = {
      status: 429,
      body: { message: '', retry_after: 30, global: true },
      headers: { 'retry-after': '30', 'x-ratelimit-global': 'true' },
    };
    const { give, users, sent } = createRig([limited]);
    for (const call of [give, () => users.get(pia)]) {
      const error = await finish<unknown>(call());
      expect(error).toBeInstanceOf(DiscordRateLimitError);
      expect(error).toHaveProperty('retryAfterMs', expect.closeTo(30_050, -3));
    }
    expect(sent).toHaveLength(1);
  });

  test('reports an overlong wait instead of waiting, and sends nothing meanwhile', async () => {
    const limited = {
      status: 429,
      body: { message: '', retry_after: 90, global: false },
      headers: { 'retry-after': '90', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': '90' },
    };
    const { give, sent } = createRig([limited]);
    for (const attempt of [give(), give()]) {
      const error = await attempt.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DiscordRateLimitError);
      expect(error).toMatchObject({ status: 429 });
      expect(error).toHaveProperty('retryAfterMs', expect.closeTo(90_050, -3));
    }
    expect(sent).toHaveLength(1);
  });

  test("never retries a refusal and reports Discord's error", async () => {
    const { give, sent } = createRig([
      { status: 403, body: { code: 50013, message: 'Missing Permissions' } },
    ]);
    const error = await finish(give());
    expect(error).toBeInstanceOf(DiscordError);
    expect(error).toMatchObject({ status: 403, code: 50013 });
    expect(String(error)).toContain('Missing Permissions');
    expect(sent).toHaveLength(1);
  });

  test('leaves it to the caller to try again when Discord is broken', async () => {
    const { give, sent } = createRig([{ status: 502 }]);
    expect(await finish(give())).toMatchObject({ status: 502, code: 0 });
    expect(sent).toHaveLength(1);
  });

  test('stops sending after too many refused requests, until Discord has forgotten them', async () => {
    const refused = { status: 403, body: { code: 50001, message: '' } };
    const { give, sent } = createRig([refused, refused, refused], { refusedCountMax: 2 });
    for (let count = 0; count < 4; count += 1) await finish(give());
    expect(sent).toHaveLength(2);
    expect(await finish(give())).toBeInstanceOf(DiscordRateLimitError);
    vi.setSystemTime(Date.now() + 601_000);
    await finish(give());
    expect(sent).toHaveLength(3);
  });

  test('keeps its token when Discord rejects it once', async () => {
    const { give, sent } = createRig([{ status: 401, body: { code: 0, message: '401: Unauthorized' } }]);
    expect(await finish(give())).toMatchObject({ status: 401 });
    await finish(give());
    expect(sent[1]?.headers.get('authorization')).toBe('Bot t0ken');
  });

  test('distinguishes an unreachable Discord from a refusal and hides interaction tokens', async () => {
    const refused = { status: 404, body: { code: 10015, message: 'Unknown Webhook' } };
    const { answerWith } = createRig([new TypeError('connection refused'), refused]);
    const unreachable = await finish(answerWith('s3cret'));
    expect(unreachable).toBeInstanceOf(DiscordUnreachableError);
    for (const error of [unreachable, await finish(answerWith('s3cret'))]) {
      expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('s3cret');
    }
  });

  test('waits five seconds for an answer and its body, no longer', async () => {
    const sleepy: typeof fetch = async (_input, init) => {
      const body = new ReadableStream({
        start: (controller) =>
          init?.signal?.addEventListener('abort', () => controller.error(new Error('cut'))),
      });
      return new Response(body, { status: 200 });
    };
    const { users } = createDiscordApi({ apiUrl: 'http://discord/api', token: 't', fetch: sleepy });
    const startedAtMs = Date.now();
    expect(await finish(users.get(pia))).toBeInstanceOf(DiscordUnreachableError);
    expect(Date.now() - startedAtMs).toBe(5_000);
  });

  test('a failed request does not block the next one of its bucket', async () => {
    const { give } = createRig([{ status: 500 }, { status: 204 }]);
    const results = await Promise.allSettled([give(), give()]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });
});
