import * as spec from 'discord-api-spec/zod';
import type { Call, Route } from '../http/route.ts';

function gatewayUrl(call: Call): string {
  return `${call.sandbox.origin.url.replace(/^http/, 'ws')}/gateway`;
}

/** The gateway's URL and session limits. */
export const gatewayRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/gateway',
    auth: 'none',
    gives: spec.GatewayResponseSchema,
    handle: (call) => ({ status: 200, body: { url: gatewayUrl(call) } }),
  },
  {
    method: 'GET',
    path: '/gateway/bot',
    auth: 'bot',
    gives: spec.GatewayBotResponseSchema,
    handle: (call) => ({
      status: 200,
      body: {
        url: gatewayUrl(call),
        shards: 1,
        session_start_limit: { total: 1000, remaining: 999, reset_after: 14_400_000, max_concurrency: 16 },
      },
    }),
  },
];
