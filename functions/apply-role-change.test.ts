import { createClient } from '@supabase/supabase-js';
import { RetryAfterError } from 'inngest';
import { describe, expect, test } from 'vitest';
import type { BotContext } from '#bot/command.ts';
import { DiscordError, DiscordRateLimitError, DiscordUnreachableError } from '#bot/discord-error.ts';
import type { RoleChange } from '#store/discord/plan-role-changes.ts';
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

/** A guild with one member, in which requests whose path ends as told fail. */
function createRig(failures: Record<string, Error> = {}, roles = ['30', '99']) {
  const sent: string[] = [];
  const recorded: Record<string, unknown>[] = [];
  const held = new Set(roles);
  const fakeFetch: typeof fetch = async (_input, init) => {
    recorded.push(JSON.parse(String(init?.body)));
    return Response.json(null);
  };
  const store = createClient('http://database', 'key', { global: { fetch: fakeFetch } });
  const context: BotContext = {
    store,
    publicStore: store,
    applicationId: '1',
    webUrl: 'http://web',
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    rest: {
      request: async (method, path) => {
        const roleId = path.split('/').at(-1) ?? '';
        sent.push(`${method} ${method === 'GET' ? 'member' : roleId}`);
        const failure = failures[method];
        if (failure) throw failure;
        if (method === 'PUT') held.add(roleId);
        if (method === 'DELETE') held.delete(roleId);
        return method === 'GET' ? { roles: [...held] } : null;
      },
    },
  };
  return { context, sent, recorded };
}

const refuse = (status: number, code: number) => new DiscordError('PUT x', status, code, 'no');

describe('applyRoleChange', () => {
  test('takes before it gives, reads back, and only then confirms', async () => {
    const { context, sent, recorded } = createRig();
    const result = await applyRoleChange(context, guildId, change);
    expect(sent).toEqual(['DELETE 30', 'PUT 31', 'GET member']);
    expect(result.state).toBe('confirmed');
    expect(recorded).toMatchObject([{ state: 'confirmed', confirmed_tier: 'champion', cause_code: null }]);
  });

  test('gives nothing when the old role could not be taken', async () => {
    const { context, sent } = createRig({ DELETE: refuse(403, 50013) });
    await applyRoleChange(context, guildId, change);
    expect(sent).toEqual(['DELETE 30']);
  });

  test.each([
    [403, 50013, 'failed', 'missing_permissions', /Manage Roles/],
    [403, 50001, 'failed', 'missing_access', /invite/],
    [404, 10007, 'waiting', 'not_in_server', /join/],
    [404, 10011, 'failed', 'role_unknown', /map another/],
    [403, 99999, 'failed', 'discord_99999', /refused/],
  ])('records %i %i as %s with what to do', async (status, code, state, cause_code, cause) => {
    const { context, recorded } = createRig({ PUT: refuse(status, code) });
    const result = await applyRoleChange(context, guildId, change);
    expect(result).toMatchObject({ state, cause_code, cause: expect.stringMatching(cause) });
    expect(recorded).toMatchObject([{ state, confirmed_tier: null, cause_code }]);
  });

  test('takes a role that was deleted for taken', async () => {
    const { context } = createRig({ DELETE: refuse(404, 10011) }, ['99']);
    expect(await applyRoleChange(context, guildId, takeOnly)).toMatchObject({ state: 'confirmed' });
  });

  test('somebody who left has nothing to give back', async () => {
    const { context, recorded } = createRig({ DELETE: refuse(404, 10007) });
    expect(await applyRoleChange(context, guildId, takeOnly)).toMatchObject({ state: 'confirmed' });
    expect(recorded).toMatchObject([{ state: 'confirmed', confirmed_tier: null }]);
  });

  test('does not trust a success that cannot be read back', async () => {
    const { context } = createRig({}, ['30']);
    const lying: BotContext = {
      ...context,
      rest: { request: async (method) => (method === 'GET' ? { roles: ['30'] } : null) },
    };
    expect(await applyRoleChange(lying, guildId, change)).toMatchObject({
      state: 'failed',
      cause_code: 'not_read_back',
    });
  });

  test('waits as long as Discord says when limited, and records nothing', async () => {
    const { context, recorded } = createRig({ PUT: new DiscordRateLimitError('PUT x', 7_000) });
    const error = await applyRoleChange(context, guildId, change).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RetryAfterError);
    expect(error).toMatchObject({ retryAfter: '7' });
    expect(recorded).toEqual([]);
  });

  test.each([new DiscordUnreachableError('PUT x', new Error('away')), refuse(503, 0), refuse(401, 0)])(
    'is tried again when Discord is away: %s',
    async (failure) => {
      const { context, recorded } = createRig({ PUT: failure });
      await expect(applyRoleChange(context, guildId, change)).rejects.toBe(failure);
      expect(recorded).toEqual([]);
    },
  );
});
