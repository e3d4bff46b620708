import { createClient } from '@supabase/supabase-js';
import { describe, expect, test } from 'vitest';
import { answerInteraction } from './answer-interaction.ts';
import type { BotContext } from './command.ts';
import { DiscordError } from './discord-error.ts';
import type { CommandInteraction, ComponentInteraction } from './interaction.ts';

type Rpc = (args: Record<string, unknown>) => unknown;
const player = {
  player_id: 'a0000000-0000-4000-8000-000000000003',
  username: 'pia',
  display_name: 'Pia',
  avatar_url: null,
  role: 'player',
  visibility: 'public',
  locale: 'en-US',
  time_zone: 'UTC',
  left_at: null,
  linked_at: '2026-11-22T12:00:00Z',
};
const creditRequest = {
  id: '0b8f7c1e-6f0a-4a43-9a53-1d2d5c0f9e11',
  player_id: player.player_id,
  username: 'pia',
  display_name: 'Pia',
  avatar_url: null,
  discord_user_id: '222222222222222222',
  credit_type: 'ai',
  amount: 50,
  reason: 'tests',
  state: 'pending',
  source: 'discord',
  created_at: '2026-11-22T12:00:00Z',
  expires_at: '2026-11-25T12:00:00Z',
  reminded_at: null,
  closed_at: null,
  transfer_id: null,
  approvals_needed: 1,
  decisions: [],
  replayed: false,
};

interface RigOptions {
  /** True: whoever waits for the handler gives up at once; false: never. */
  isImpatient?: boolean;
  discord?: (path: string) => void;
}

const saveTimeoutMs = 1_500;

/** A database that answers from functions and a Discord that keeps what it is sent; no time passes. */
function createRig(overrides: Record<string, Rpc> = {}, { isImpatient = false, discord }: RigOptions = {}) {
  const calls: string[] = [];
  const finished: Record<string, unknown>[] = [];
  const edits: { path: string; body: unknown }[] = [];
  const rpcs: Record<string, Rpc> = {
    begin_interaction: () => ({ first: true, response: null }),
    check_rate_limit: () => ({ allowed: true, remaining: 9, reset_at: '2026-11-22T12:00:00Z' }),
    find_player_by_discord: () => player,
    request_credits: () => creditRequest,
    finish_interaction: (args) => {
      finished.push(args);
      return null;
    },
    ...overrides,
  };
  const fakeFetch: typeof fetch = async (input, init) => {
    const name = new URL(String(input)).pathname.split('/').at(-1) ?? '';
    calls.push(name);
    const value = await rpcs[name]?.(JSON.parse(String(init?.body ?? '{}')));
    if (value instanceof Error) throw value;
    return Response.json(value ?? null);
  };
  const store = createClient('http://database', 'key', { global: { fetch: fakeFetch } });
  const context: BotContext = {
    store,
    publicStore: store,
    rest: {
      request: async (_method, path, request) => {
        discord?.(path);
        edits.push({ path, body: request?.body });
        return null;
      },
    },
    applicationId: '333333333333333333',
    webUrl: 'http://web',
    clock: {
      now: () => 0,
      sleep: (delayMs) =>
        isImpatient && delayMs < saveTimeoutMs ? Promise.resolve() : new Promise<void>(() => {}),
    },
  };
  return { context, calls, finished, edits };
}

const source = {
  id: '111111111111111111',
  token: 'token',
  guild_id: null,
  user: { id: '222222222222222222', username: 'pia' },
  locale: 'en-US',
};
const command = (name: string, options = {}): CommandInteraction => ({
  ...source,
  kind: 'command',
  name,
  options,
  target_id: null,
});
const completeRequest = command('request', { type: 'ai', amount: 50, reason: 'tests' });

/** A value that comes when it is released. */
function hold<T>(value: T) {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { promise, release: () => resolve(value) };
}

describe('answerInteraction', () => {
  test('answers a ping', async () => {
    const { context } = createRig();
    const { response } = await answerInteraction({ kind: 'ping' }, context);
    expect(response).toEqual({ type: 1 });
  });

  test('answers at once, for one person only, when the handler is quick', async () => {
    const { context, finished, edits } = createRig();
    const { response, afterwards } = await answerInteraction(command('help'), context);
    await afterwards;
    expect(response).toMatchObject({
      type: 4,
      data: { flags: 32_768 + 64, allowed_mentions: { parse: [] } },
    });
    expect(finished).toMatchObject([{ interaction_id: source.id, outcome: 'done' }]);
    expect(edits).toEqual([]);
  });

  test('acknowledges when the handler is slow, and edits when it is done', async () => {
    const held = hold(player);
    const rig = createRig({ find_player_by_discord: () => held.promise }, { isImpatient: true });
    const { response, afterwards } = await answerInteraction(command('link'), rig.context);
    expect(response).toEqual({ type: 5, data: { flags: 64 } });
    expect(rig.edits).toEqual([]);
    held.release();
    await afterwards;
    expect(rig.edits).toMatchObject([{ path: '/webhooks/333333333333333333/token/messages/@original' }]);
    expect(rig.finished).toHaveLength(1);
  });

  test('sends an answer again that overtook its acknowledgement', async () => {
    let tooEarlyCount = 2;
    const held = hold(player);
    const discord = (path: string) => {
      if (tooEarlyCount-- > 0) throw new DiscordError(path, 404, 10015, 'Unknown Webhook');
    };
    const rig = createRig({ find_player_by_discord: () => held.promise }, { isImpatient: true, discord });
    const { afterwards } = await answerInteraction(command('link'), rig.context);
    held.release();
    await afterwards;
    expect(rig.edits).toHaveLength(1);
    expect(rig.finished).toHaveLength(1);
  });

  test('writes down what changes something before it is acknowledged or done', async () => {
    const saving = hold({ first: true, response: null });
    const requesting = hold(creditRequest);
    const payloads: unknown[] = [];
    const rig = createRig(
      {
        begin_interaction: ({ payload }) => {
          payloads.push(payload);
          return saving.promise;
        },
        request_credits: () => requesting.promise,
      },
      { isImpatient: true },
    );
    let isAcknowledged = false;
    const answering = answerInteraction(completeRequest, rig.context).then((answered) => {
      isAcknowledged = true;
      return answered;
    });
    await expect.poll(() => rig.calls).toEqual(['begin_interaction']);
    expect(isAcknowledged).toBe(false);
    saving.release();
    const { response, afterwards } = await answering;
    expect(response).toMatchObject({ type: 5 });
    expect(payloads).toMatchObject([{ kind: 'command', name: 'request', id: source.id }]);
    requesting.release();
    await afterwards;
    expect(rig.finished).toMatchObject([{ outcome: 'done' }]);
  });

  test('ties the effect to the interaction and to the linked player', async () => {
    const asked: unknown[] = [];
    const { context } = createRig({
      request_credits: (args) => {
        asked.push(args);
        return creditRequest;
      },
    });
    await (await answerInteraction(completeRequest, context)).afterwards;
    const idempotency_key = `discord:${source.id}`;
    expect(asked).toMatchObject([{ idempotency_key, acting_player_id: player.player_id, source: 'discord' }]);
  });

  test('gives the first answer again to an interaction that comes again, and does nothing', async () => {
    const response = {
      flags: 32_768,
      components: [{ type: 10, content: 'first' }],
      allowed_mentions: { parse: [] },
    };
    const { context, calls } = createRig({ begin_interaction: () => ({ first: false, response }) });
    const answered = await answerInteraction(completeRequest, context);
    await answered.afterwards;
    expect(answered.response).toMatchObject({ type: 4, data: { components: response.components } });
    expect(calls).toEqual(['begin_interaction']);
  });

  test('opens a form without asking anybody when options are missing', async () => {
    const { context, calls } = createRig();
    const { response } = await answerInteraction(command('request', { amount: 7 }), context);
    expect(response).toMatchObject({ type: 9, data: { custom_id: 'req-form:v1' } });
    expect(calls).toEqual([]);
  });

  test('says that nothing was saved when the database is away', async () => {
    const { context, finished } = createRig({ begin_interaction: () => new TypeError('away') });
    const { response, afterwards } = await answerInteraction(completeRequest, context);
    await afterwards;
    expect(JSON.stringify(response)).toContain('Nothing was changed');
    expect(finished).toEqual([]);
  });

  test('leaves a change open, to be completed later, when it breaks after it was written down', async () => {
    const { context, finished } = createRig({ request_credits: () => new TypeError('away') });
    const { response, afterwards } = await answerInteraction(completeRequest, context);
    await afterwards;
    expect(JSON.stringify(response)).toContain('no need to repeat it');
    expect(finished).toEqual([]);
  });

  test('stops people who hurry too much before anything is done', async () => {
    const reset_at = '2026-11-22T12:00:20Z';
    const { context, calls } = createRig({
      check_rate_limit: () => ({ allowed: false, remaining: 0, reset_at }),
    });
    const { response } = await answerInteraction(completeRequest, context);
    expect(JSON.stringify(response)).toContain('Try again <t:1795348820:R>');
    expect(calls).not.toContain('request_credits');
  });

  test('invites people without a player to link, with a button', async () => {
    const { context } = createRig({ find_player_by_discord: () => null });
    const { response } = await answerInteraction(completeRequest, context);
    expect(JSON.stringify(response)).toContain('http://web/profile?link=discord');
  });

  test('answers buttons of another version instead of failing', async () => {
    const { context } = createRig();
    const click: ComponentInteraction = {
      ...source,
      kind: 'component',
      custom_id: 'lb:v0:all-time',
      fields: {},
      is_on_ephemeral_message: true,
    };
    const { response } = await answerInteraction(click, context);
    expect(response).toMatchObject({ type: 4, data: { flags: 32_768 + 64 } });
    expect(JSON.stringify(response)).toContain('Run the command again');
  });
});
