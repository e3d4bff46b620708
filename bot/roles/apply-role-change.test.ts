import { createClient } from '@supabase/supabase-js';
import { RetryAfterError } from 'inngest';
import { describe, expect, test } from 'vitest';
import type { RoleChange } from '#store/roles/plan-role-changes.ts';
import type { BotContext } from '../bot-context.ts';
import { createFakeDiscord, type FakeRequest } from '../testing/fake-discord.ts';
import { DiscordError, DiscordRateLimitError, DiscordUnreachableError } from '../transport/discord-error.ts';
import { applyRoleChange } from './apply-role-change.ts';

const guildId = '111111111111111111';
const change: RoleChange = {
  player_id: 'a0000000-0000-4000-8000-000000000003',
  discord_user_id: '222222222222222222',
  remove_role_ids: ['30'],
  add_role_id: '31',
  desired_tier: 'champion',
};
const takeOnly: RoleChange = { ...change, add_role_id: null, desired_tier: null };

/** A guild with one member, where requests with the given path suffixes fail. */
function createRig(failures: Record<string, Error> = {}, roles = ['30', '99']) {
  const sent: string[] = [];
  const recorded: Record<string, unknown>[] = [];
  const held = new Set(roles);
  const fakeFetch: typeof fetch = async (_input, init) => {
    recorded.push(JSON.parse(String(init?.body)));
    return Response.json(null);
  };
  const store = createClient('http://database', 'key', { global: { fetch: fakeFetch } });
  const answer = ({ method, path }: FakeRequest) => {
    const roleId = path.split('/').at(-1) ?? '';
    sent.push(`${method} ${method === 'GET' ? 'member' : roleId}`);
    const failure = failures[method];
    if (failure) throw failure;
    if (method === 'PUT') held.add(roleId);
    if (method === 'DELETE') held.delete(roleId);
    return method === 'GET' ? { roles: [...held] } : null;
  };
  const context: BotContext = {
    store,
    publicStore: store,
    applicationId: '1',
    webUrl: 'http://web',
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    discord: createFakeDiscord(answer),
    editAnswer: () => Promise.resolve(),
  };
  return { context, answer, sent, recorded };
}

const refuse = (status: number, code: number) => new DiscordError('PUT x', status, code, 'no');

describe('applyRoleChange', () => {
  test('removes before it adds, reads back, and only then confirms', async () => {
    const { context, sent, recorded } = createRig();
    const result = await applyRoleChange(context, guildId, change);
    expect(sent).toEqual(['DELETE 30', 'PUT 31', 'GET member']);
    expect(result.state).toBe('confirmed');
    expect(recorded).toMatchObject([{ state: 'confirmed', confirmed_tier: 'champion', cause_code: null }]);
  });

  test('touches the one member of the one server', async () => {
    const { context, answer } = createRig();
    const paths: string[] = [];
    const discord = createFakeDiscord((request) => {
      paths.push(request.path);
      return answer(request);
    });
    await applyRoleChange({ ...context, discord }, guildId, change);
    const member = `/guilds/${guildId}/members/${change.discord_user_id}`;
    expect(paths).toEqual([`${member}/roles/30`, `${member}/roles/31`, member]);
  });

  test('adds nothing if the old role could not be removed', async () => {
    const { context, sent } = createRig({ DELETE: refuse(403, 50013) });
    await applyRoleChange(context, guildId, change);
    expect(sent).toEqual(['DELETE 30']);
  });

  test.each([
    [403, 50013, 'failed', 'missing_permissions', /Manage Roles/],
    [403, 50001, 'failed', 'missing_access', /Invite it again/],
    [404, 10004, 'failed', 'guild_unknown', /Invite it again/],
    [404, 10007, 'waiting', 'not_in_server', /join/],
    [404, 10011, 'failed', 'role_unknown', /map another/],
    [404, 10013, 'failed', 'discord_user_unknown', /link another/],
    [403, 60003, 'failed', 'two_factor_required', /two-factor/],
    [
      403,
      99999,
      'failed',
      'discord_99999',
      /^Discord refused: PUT \/guilds\/\d+\/members\/\d+\/roles\/31: 403 99999 no$/,
    ],
    [400, 99999, 'failed', 'discord_99999', /refused/],
    [499, 99999, 'failed', 'discord_99999', /refused/],
  ])('records %i %i as %s with what to do', async (status, code, state, cause_code, cause) => {
    const { context, recorded } = createRig({ PUT: refuse(status, code) });
    const result = await applyRoleChange(context, guildId, change);
    expect(result).toMatchObject({ state, cause_code, cause: expect.stringMatching(cause) });
    expect(recorded).toEqual([
      {
        ...{ guild_id: guildId, player_id: change.player_id, discord_user_id: change.discord_user_id },
        ...{ state, confirmed_tier: null, cause_code, cause: result.cause },
      },
    ]);
  });

  test.each([
    [change, 'Rank is now champion', ['DELETE', 'PUT']],
    [takeOnly, 'No longer holds this rank', ['DELETE']],
  ])("gives a reason in the server's audit log", async (step, reason, methods) => {
    const { context, answer } = createRig();
    const reasons: unknown[] = [];
    const discord = createFakeDiscord((request) => {
      if (request.method !== 'GET') reasons.push([request.method, request.reason]);
      return answer(request);
    });
    await applyRoleChange({ ...context, discord }, guildId, step);
    expect(reasons).toEqual(methods.map((method) => [method, reason]));
  });

  test.each([
    [change, [], 'failed'],
    [change, ['31'], 'confirmed'],
    [change, ['30', '31'], 'failed'],
    [change, ['99'], 'failed'],
    [takeOnly, ['99'], 'confirmed'],
    [takeOnly, ['30'], 'failed'],
    [{ ...takeOnly, remove_role_ids: ['30', '32'] }, ['30'], 'failed'],
  ])('trusts the read-back: case %#', async (step, roles, state) => {
    const { context } = createRig();
    const discord = createFakeDiscord(({ method }) => (method === 'GET' ? { roles } : null));
    expect((await applyRoleChange({ ...context, discord }, guildId, step)).state).toBe(state);
  });

  test.each([10007, 10013])('a user who is gone (%i) gets no role', async (code) => {
    const { context } = createRig({ DELETE: refuse(404, code) });
    expect(await applyRoleChange(context, guildId, takeOnly)).toEqual({
      state: 'confirmed',
      cause_code: null,
      cause: null,
    });
    expect((await applyRoleChange(context, guildId, change)).state).not.toBe('confirmed');
  });

  test('a refused removal is not a removal', async () => {
    const { context } = createRig({ DELETE: refuse(403, 50013) });
    expect((await applyRoleChange(context, guildId, takeOnly)).state).toBe('failed');
  });

  test.each([
    new DiscordUnreachableError('PUT x', new Error('away')),
    refuse(500, 1),
    new DiscordRateLimitError('PUT x', 60_000),
  ])('records no %s', async (failure) => {
    const { context, recorded } = createRig({ PUT: failure });
    await expect(applyRoleChange(context, guildId, change)).rejects.toThrow();
    expect(recorded).toEqual([]);
  });

  test('treats a deleted role as removed', async () => {
    const { context } = createRig({ DELETE: refuse(404, 10011) }, ['99']);
    expect(await applyRoleChange(context, guildId, takeOnly)).toMatchObject({ state: 'confirmed' });
  });

  test('a user who left has no roles to remove', async () => {
    const { context, recorded } = createRig({ DELETE: refuse(404, 10007) });
    expect(await applyRoleChange(context, guildId, takeOnly)).toMatchObject({ state: 'confirmed' });
    expect(recorded).toMatchObject([{ state: 'confirmed', confirmed_tier: null }]);
  });

  test('does not trust a success that cannot be read back', async () => {
    const { context } = createRig({}, ['30']);
    const discord = createFakeDiscord(({ method }) => (method === 'GET' ? { roles: ['30'] } : null));
    expect(await applyRoleChange({ ...context, discord }, guildId, change)).toMatchObject({
      state: 'failed',
      cause_code: 'not_read_back',
      cause: expect.stringContaining('roles differ'),
    });
  });

  test("waits as long as Discord's rate limit requires, and records nothing", async () => {
    const { context, recorded } = createRig({ PUT: new DiscordRateLimitError('PUT x', 70_000) });
    const error = await applyRoleChange(context, guildId, change).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RetryAfterError);
    // The library adds a margin for clock differences.
    expect(error).toMatchObject({ retryAfter: '71' });
    expect(recorded).toEqual([]);
  });

  test.each([new DiscordUnreachableError('PUT x', new Error('away')), refuse(503, 0), refuse(401, 0)])(
    'is retried while Discord is down: %s',
    async (failure) => {
      const { context, recorded } = createRig({ PUT: failure });
      const { name, status, code } = failure;
      await expect(applyRoleChange(context, guildId, change)).rejects.toMatchObject({ name, status, code });
      expect(recorded).toEqual([]);
    },
  );
});
