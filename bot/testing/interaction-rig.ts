import { createClient } from '@supabase/supabase-js';
import { makeCreditRequest } from '#domain/credits/testing/make-credit-request.ts';
import { makeRequestLimits } from '#domain/credits/testing/make-request-limits.ts';
import type { BotContext } from '../bot-context.ts';
import { createFakeDiscord } from './fake-discord.ts';

export type Rpc = (args: Record<string, unknown>) => unknown;
export const player = {
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
export const creditRequest = { ...makeCreditRequest({ player_id: player.player_id }), replayed: false };

export interface RigOptions {
  /** True: the caller stops waiting for the handler at once; false: it never does. */
  isImpatient?: boolean;
  /** Discord's answer; it may throw. */
  discord?: (path: string) => unknown;
}

const saveTimeoutMs = 1_500;

/** A database that answers from functions and a Discord that records its requests; time stands still. */
export function createRig(
  overrides: Record<string, Rpc> = {},
  { isImpatient = false, discord }: RigOptions = {},
) {
  const calls: string[] = [];
  const finished: Record<string, unknown>[] = [];
  const edits: { path: string; body: unknown }[] = [];
  const rpcs: Record<string, Rpc> = {
    begin_interaction: () => ({ first: true, response: null, retry_at: null }),
    count_attempt: () => ({
      allowed: true,
      remaining: 9,
      reset_at: '2026-11-22T12:00:00Z',
      retry_at: '2026-11-22T12:00:00Z',
      limit_count: 10,
      window_seconds: 60,
    }),
    find_player_by_discord: () => player,
    get_request_limits: () => [makeRequestLimits({}), makeRequestLimits({ credit_type: 'lead' })],
    request_credits: () => creditRequest,
    record_refused_attempt: () => ({ is_recorded: true, replayed: false }),
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
    if (value instanceof Response) return value;
    return Response.json(value ?? null);
  };
  const store = createClient('http://database', 'key', { global: { fetch: fakeFetch } });
  const applicationId = '333333333333333333';
  const api = createFakeDiscord(({ path, body }) => {
    const answer = discord?.(path);
    edits.push({ path, body });
    return answer;
  });
  const context: BotContext = {
    store,
    publicStore: store,
    discord: api,
    applicationId,
    editAnswer: async (token, message) => {
      await api.interactions.editReply(applicationId, token, message);
    },
    webUrl: 'http://web',
    clock: {
      now: () => 0,
      sleep: (delayMs) =>
        isImpatient && delayMs < saveTimeoutMs ? Promise.resolve() : new Promise<void>(() => {}),
    },
  };
  return { context, calls, finished, edits };
}
