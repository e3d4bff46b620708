import { afterAll, beforeAll, expect, test } from 'vitest';
import { guildId, roleIds, userIds } from '../testing/book-club.ts';
import { startTestSandbox, type TestSandbox } from '../testing/start-test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());

const path = (userId: string, roleId: string) => `/guilds/${guildId}/members/${userId}/roles/${roleId}`;

test('the bot adds and removes a role below its own, idempotently, with a reason in the audit log', async () => {
  const reason = encodeURIComponent('reached #1 ü');
  const headers = { 'x-audit-log-reason': reason };
  const given = await sandbox.bot('PUT', path(userIds.lena, roleIds.host), undefined, headers);
  expect([given.status, given.headers.get('content-type')]).toEqual([204, null]);
  expect((await sandbox.bot('PUT', path(userIds.lena, roleIds.host))).status).toBe(204);
  const member = await sandbox.bot('GET', `/guilds/${guildId}/members/${userIds.lena}`);
  expect(member.body.roles).toEqual([roleIds.host]);
  const { entries } = (await sandbox.control('GET', `guilds/${guildId}/audit-log`)).body;
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({ target_id: userIds.lena, reason: 'reached #1 ü' });
  expect((await sandbox.bot('DELETE', path(userIds.lena, roleIds.host))).status).toBe(204);
  const after = await sandbox.control('GET', `guilds/${guildId}/members/lena`);
  expect(after.body.role_names).toEqual([]);
});

test.each([
  ['a role above its own', userIds.lena, roleIds.admin, 403, 50013],
  ['its own, managed role', userIds.lena, roleIds.bot, 403, 50013],
  ['@everyone', userIds.lena, guildId, 404, 10011],
  ['an unknown role', userIds.lena, '999999999999999999', 404, 10011],
  ['a role for somebody who is not there', '999999999999999999', roleIds.reader, 404, 10007],
])('the bot cannot assign %s', async (_, userId, roleId, status, code) => {
  const refused = await sandbox.bot('PUT', path(userId, roleId));
  expect([refused.status, refused.body.code]).toEqual([status, code]);
  expect((await sandbox.control('GET', `guilds/${guildId}/members/lena`)).body.roles).toEqual([]);
});

test('without Manage Roles, or below the role, the bot is refused until an admin fixes it', async () => {
  await sandbox.control('PUT', `roles/${roleIds.bot}`, { permissions: '0' });
  expect((await sandbox.bot('PUT', path(userIds.tara, roleIds.host))).body.code).toBe(50013);
  await sandbox.control('PUT', `roles/${roleIds.bot}`, { permissions: String(1 << 28), position: 1 });
  expect((await sandbox.bot('PUT', path(userIds.tara, roleIds.host))).body.code).toBe(50013);
  await sandbox.control('PUT', `roles/${roleIds.bot}`, { position: 4 });
  expect((await sandbox.bot('PUT', path(userIds.tara, roleIds.host))).status).toBe(204);
});

test('a bot that was removed from the guild has no access', async () => {
  const other = await startTestSandbox();
  await other.control('DELETE', `guilds/${guildId}/members/Librarian`);
  const refused = await other.bot('PUT', path(userIds.lena, roleIds.reader));
  expect([refused.status, refused.body.code]).toEqual([403, 50001]);
  await other.close();
});

test('a fault answers 204 and changes nothing', async () => {
  const other = await startTestSandbox();
  await other.control('POST', 'faults', { kind: 'not_applied', path: '/roles/' });
  expect((await other.bot('PUT', path(userIds.lena, roleIds.reader))).status).toBe(204);
  expect((await other.control('GET', `guilds/${guildId}/members/lena`)).body.roles).toEqual([]);
  await other.close();
});
