import { afterAll, beforeAll, expect, test } from 'vitest';
import { GUILD_ID, ROLE_IDS, USER_IDS } from '../seed.ts';
import { startTestSandbox, type TestSandbox } from '../test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());

const path = (userId: string, roleId: string) => `/guilds/${GUILD_ID}/members/${userId}/roles/${roleId}`;

test('the bot gives and takes a role below its own, twice without effect, and says why in the audit log', async () => {
  const reason = encodeURIComponent('reached #1 ü');
  const headers = { 'x-audit-log-reason': reason };
  const given = await sandbox.bot('PUT', path(USER_IDS.pia, ROLE_IDS.champion), undefined, headers);
  expect([given.status, given.headers.get('content-type')]).toEqual([204, null]);
  expect((await sandbox.bot('PUT', path(USER_IDS.pia, ROLE_IDS.champion))).status).toBe(204);
  const member = await sandbox.bot('GET', `/guilds/${GUILD_ID}/members/${USER_IDS.pia}`);
  expect(member.body.roles).toEqual([ROLE_IDS.champion]);
  const { entries } = (await sandbox.control('GET', `guilds/${GUILD_ID}/audit-log`)).body;
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({ target_id: USER_IDS.pia, reason: 'reached #1 ü' });
  expect((await sandbox.bot('DELETE', path(USER_IDS.pia, ROLE_IDS.champion))).status).toBe(204);
  const after = await sandbox.control('GET', `guilds/${GUILD_ID}/members/pia`);
  expect(after.body.role_names).toEqual([]);
});

test.each([
  ['a role above its own', USER_IDS.pia, ROLE_IDS.admin, 403, 50013],
  ['its own, managed role', USER_IDS.pia, ROLE_IDS.bot, 403, 50013],
  ['@everyone', USER_IDS.pia, GUILD_ID, 404, 10011],
  ['an unknown role', USER_IDS.pia, '999999999999999999', 404, 10011],
  ['a role for somebody who is not there', '999999999999999999', ROLE_IDS.silver, 404, 10007],
])('the bot cannot give %s', async (_, userId, roleId, status, code) => {
  const refused = await sandbox.bot('PUT', path(userId, roleId));
  expect([refused.status, refused.body.code]).toEqual([status, code]);
  expect((await sandbox.control('GET', `guilds/${GUILD_ID}/members/pia`)).body.roles).toEqual([]);
});

test('without Manage Roles, or below the role, the bot is refused until an admin fixes it', async () => {
  await sandbox.control('PUT', `roles/${ROLE_IDS.bot}`, { permissions: '0' });
  expect((await sandbox.bot('PUT', path(USER_IDS.rob, ROLE_IDS.silver))).body.code).toBe(50013);
  await sandbox.control('PUT', `roles/${ROLE_IDS.bot}`, { permissions: String(1 << 28), position: 1 });
  expect((await sandbox.bot('PUT', path(USER_IDS.rob, ROLE_IDS.silver))).body.code).toBe(50013);
  await sandbox.control('PUT', `roles/${ROLE_IDS.bot}`, { position: 7 });
  expect((await sandbox.bot('PUT', path(USER_IDS.rob, ROLE_IDS.silver))).status).toBe(204);
});

test('a bot that was removed from the guild has no access', async () => {
  const other = await startTestSandbox();
  await other.control('DELETE', `guilds/${GUILD_ID}/members/DealScale`);
  const refused = await other.bot('PUT', path(USER_IDS.pia, ROLE_IDS.silver));
  expect([refused.status, refused.body.code]).toEqual([403, 50001]);
  await other.close();
});

test('a fault answers 204 and changes nothing', async () => {
  const other = await startTestSandbox();
  await other.control('POST', 'faults', { kind: 'not_applied', path: '/roles/' });
  expect((await other.bot('PUT', path(USER_IDS.pia, ROLE_IDS.silver))).status).toBe(204);
  expect((await other.control('GET', `guilds/${GUILD_ID}/members/pia`)).body.roles).toEqual([]);
  await other.close();
});
