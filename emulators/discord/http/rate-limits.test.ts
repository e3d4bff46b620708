import { REST, Routes } from 'discord.js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { guildId, roleIds, userIds } from '../testing/book-club.ts';
import { botToken, startTestSandbox, type TestSandbox } from '../testing/start-test-sandbox.ts';

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await startTestSandbox();
});
afterEach(async () => {
  vi.useRealTimers();
  await sandbox.close();
});

/** Time passes only when a test advances it, so no window ends early on a slow machine. */
const holdTime = () => vi.useFakeTimers({ toFake: ['Date'] });

const roleRoute = Routes.guildMemberRole(guildId, userIds.lena, roleIds.reader);

function createRest(): { rest: REST; limited: string[] } {
  const rest = new REST({ api: `${sandbox.url()}/api`, version: '10', retries: 1 }).setToken(botToken);
  const limited: string[] = [];
  rest.on('rateLimited', ({ scope, global }) => limited.push(global ? 'global' : scope));
  return { rest, limited };
}

async function statuses(): Promise<string[]> {
  const { notices } = (await sandbox.control('GET', 'log')).body;
  return notices
    .filter((notice: { kind: string }) => notice.kind === 'rest')
    .map((notice: { summary: string }) => notice.summary.slice(-3));
}

test('one client that reads the headers never meets a 429', async () => {
  const { rest } = createRest();
  await Promise.all(Array.from({ length: 12 }, () => rest.put(roleRoute)));
  expect(await statuses()).toEqual(Array.from({ length: 12 }, () => '204'));
});

test('the eleventh role change of a window is refused until the window is over', async () => {
  holdTime();
  const put = () => sandbox.bot('PUT', roleRoute);
  for (let count = 0; count < 10; count += 1) expect((await put()).status).toBe(204);
  const refused = await put();
  expect(refused.status).toBe(429);
  expect(refused.body).toMatchObject({ global: false, message: 'You are being rate limited.' });
  expect(refused.body.retry_after).toBeGreaterThan(0);
  expect(refused.headers.get('x-ratelimit-scope')).toBe('user');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect((await sandbox.bot('DELETE', roleRoute)).status).toBe(204);
  await sandbox.control('POST', 'clock/advance', { ms: 5000 });
  expect((await put()).status).toBe(204);
});

test('more than fifty requests in a second meet the global limit', async () => {
  holdTime();
  const ids = Array.from({ length: 60 }, (_, index) => `99999999999999${1000 + index}`);
  const replies = await Promise.all(ids.map((id) => sandbox.bot('GET', `/guilds/${id}`)));
  const global = replies.find((reply) => reply.status === 429 && reply.body.global);
  expect(global?.headers.get('x-ratelimit-global')).toBe('true');
});

test.each([
  ['rate_limit_user', '429'],
  ['rate_limit_shared', '429'],
  ['rate_limit_global', '429'],
  ['rate_limit_html', '429'],
  ['server_error', '500'],
  ['bad_gateway', '502'],
])('a client recovers from one %s', async (kind, status) => {
  const { rest } = createRest();
  await sandbox.control('POST', 'faults', { kind, retry_after_seconds: 0.05, path: '/roles/' });
  await rest.put(roleRoute);
  expect(await statuses()).toEqual([status, '204']);
});

test('a connection can be cut, and the fault is then used up', async () => {
  await sandbox.control('POST', 'faults', { kind: 'connection_reset' });
  await expect(sandbox.bot('GET', '/users/@me')).rejects.toThrow();
  expect((await sandbox.bot('GET', '/users/@me')).status).toBe(200);
});

test('refusals count towards the ban, a shared limit does not', async () => {
  await sandbox.bot('PUT', Routes.guildMemberRole(guildId, userIds.lena, roleIds.admin));
  await sandbox.control('POST', 'faults', { kind: 'rate_limit_shared' });
  await sandbox.bot('GET', '/users/@me');
  expect((await sandbox.control('GET', 'state')).body.invalid_requests).toBe(1);
});
