import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@supabase/supabase-js';
import fc from 'fast-check';
import { expect, inject, test, vi } from 'vitest';
import { answerOverGateway } from '#bot/gateway/answer-over-gateway.ts';
import { createRig } from '#bot/testing/interaction-rig.ts';
import { attack, sampleOf, sendAll } from './attack.ts';
import { anyHeaders, bodyOf, method, pathSegment, queryOf } from './hostile-values.ts';
import { interactionPayload } from './interaction-payloads.ts';
import type { RawAnswer, RawRequest } from './raw-request.ts';

const stack = inject('stack');

function requestsTo(paths: readonly string[], fields: readonly string[]): fc.Arbitrary<RawRequest> {
  const at = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...paths) },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.constantFrom(...paths), pathSegment).map((parts) => parts.join('/')),
    },
    { weight: 1, arbitrary: pathSegment.map((segment) => `/${segment}`) },
  );
  return fc
    .record({ at, query: queryOf(fields), verb: method, headers: anyHeaders, sent: bodyOf(fields) })
    .map((it) => ({
      method: it.verb,
      target: `${it.at}?${it.query}`,
      headers: [...it.headers, ['content-type', it.sent.type] as const],
      body: ['GET', 'HEAD'].includes(it.verb) ? Buffer.alloc(0) : it.sent.body,
    }));
}

test('the worker answers whatever is sent to it', async () => {
  // In Inngest's protocol, a 500 with a header means that a call cannot be run.
  const isProtocol = ({ status, head }: RawAnswer) => status === 500 && /^x-inngest-sdk:/im.test(head);
  await attack(stack, {
    port: stack.ports.worker,
    requests: requestsTo(
      ['/api/inngest', '/healthz', '/'],
      ['fnId', 'stepId', 'event', 'events', 'ctx', 'steps', 'probe'],
    ),
    count: 400,
    isExpected: isProtocol,
  });
});

test('the gateway answers whatever Discord tells it', async () => {
  const connect = (key = '') =>
    createClient(stack.environment.SUPABASE_URL ?? '', key, { auth: { persistSession: false } });
  const { context } = createRig();
  const real = {
    ...context,
    store: connect(stack.environment.SUPABASE_SECRET_KEY),
    publicStore: connect(stack.environment.PUBLIC_SUPABASE_PUBLISHABLE_KEY),
    clock: { now: () => Date.now(), sleep: (delayMs: number) => delay(delayMs) },
  };
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  await sendAll(sampleOf(interactionPayload(), 300), (payload) => answerOverGateway(payload, real));
  const faults = log.mock.calls.flat().filter((line) => String(line).includes('not answered'));
  log.mockRestore();
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
  expect(faults).toEqual([]);
});

test('the sandbox of Discord answers whatever is sent to it', async () => {
  const paths = [
    '/api/v10/gateway',
    '/api/v10/users/@me',
    '/api/v10/guilds/1111111111111111168',
    '/api/v10/channels/1/messages',
    '/api/v10/oauth2/token',
    '/api/v10/oauth2/token/revoke',
    '/oauth2/authorize',
    '/api/v10/interactions/1/x/callback',
    '/api/v10/webhooks/1/x/messages/@original',
    '/',
  ];
  await attack(stack, {
    port: stack.ports.discord,
    requests: requestsTo(paths, [
      'client_id',
      'code',
      'grant_type',
      'redirect_uri',
      'content',
      'state',
      'scope',
    ]),
    count: 500,
    // The sandbox reports what it does not implement.
    isExpected: ({ status }) => status === 501,
  });
});

test('the engine answers whatever is sent to it', async () => {
  const paths = ['/e/x', '/v1/events', '/v1/runs', '/fn/register', '/v0/gql', '/health', '/'];
  await attack(stack, {
    port: stack.ports.inngest,
    requests: requestsTo(paths, ['name', 'data', 'id', 'ts', 'query', 'url', 'functions']),
    count: 400,
    isExpected: ({ status }) => status === 501,
  });
});
