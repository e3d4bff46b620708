import fc from 'fast-check';
import { beforeAll, expect, inject, test } from 'vitest';
import { attack } from './attack.ts';
import {
  argumentsOf,
  type DatabaseFunction,
  type DatabaseTable,
  readCatalogue,
} from './database-functions.ts';
import { type FuzzPlayer, makeFuzzPlayers } from './fuzz-players.ts';
import {
  anyHeaders,
  bodyOf,
  encodeText,
  headerText,
  hostileText,
  method,
  pathSegment,
} from './hostile-values.ts';
import type { RawRequest } from './raw-request.ts';

const stack = inject('stack');
const apikey = stack.secrets.publishable_key;

let functions: DatabaseFunction[];
let tables: DatabaseTable[];
let players: FuzzPlayer[];
beforeAll(async () => {
  ({ functions, tables } = await readCatalogue(stack.superuserUrl));
  players = await makeFuzzPlayers(stack);
});

/** Anonymous, a player, a manager, or a forged token. */
function callers(): fc.Arbitrary<[string, string][]> {
  const as = (token: string): [string, string][] => [
    ['apikey', apikey],
    ['authorization', `Bearer ${token}`],
  ];
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...players.map(({ session }) => as(session.access_token))) },
    { weight: 3, arbitrary: fc.constant<[string, string][]>([['apikey', apikey]]) },
    { weight: 1, arbitrary: headerText.map(as) },
  );
}

test('every function of the database answers whatever it is called with', async () => {
  expect(functions.length).toBeGreaterThan(50);
  const ids = players.map(({ player_id }) => player_id);
  const requests = fc.constantFrom(...functions).chain((it): fc.Arbitrary<RawRequest> => {
    const body = fc.oneof(
      {
        weight: 8,
        arbitrary: argumentsOf(it, ids).map((value) => ({
          type: 'application/json',
          body: Buffer.from(JSON.stringify(value)),
        })),
      },
      { weight: 1, arbitrary: bodyOf(it.parameters.map(({ name }) => name)) },
    );
    const isGet = fc.nat(4).map((turn) => turn === 0 && it.isReadOnly);
    return fc
      .record({ caller: callers(), headers: anyHeaders, sent: body, isGet, args: argumentsOf(it, ids) })
      .map((call) => {
        const query = Object.entries(call.args).map(
          ([name, value]) =>
            `${name}=${encodeText(typeof value === 'string' ? value : JSON.stringify(value))}`,
        );
        return {
          method: call.isGet ? 'GET' : 'POST',
          target: `/rest/v1/rpc/${it.name}${call.isGet ? `?${query.join('&')}` : ''}`,
          headers: [
            ...call.caller,
            ...call.headers,
            ...(call.isGet ? [] : ([['content-type', call.sent.type]] as const)),
          ],
          body: call.isGet ? Buffer.alloc(0) : call.sent.body,
        };
      });
  });
  await attack(stack, { port: stack.ports.supabase, requests, count: 1_800 });
});

const operators = [
  'eq',
  'neq',
  'gt',
  'like',
  'ilike',
  'match',
  'in',
  'is',
  'cs',
  'fts',
  'not.eq',
  'or',
  'any',
  '',
];

test('every table answers whatever it is asked for', async () => {
  const requests = fc.constantFrom(...tables).chain((table): fc.Arbitrary<RawRequest> => {
    const column = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...table.columns) },
      { weight: 1, arbitrary: hostileText.map(encodeText) },
    );
    const filter = fc
      .tuple(column, fc.constantFrom(...operators), hostileText.map(encodeText))
      .map(([name, operator, value]) => `${name}=${operator}.${value}`);
    const part = fc.oneof(
      filter,
      fc
        .tuple(
          fc.constantFrom('select', 'order', 'limit', 'offset', 'on_conflict', 'columns', 'and', 'or'),
          hostileText.map(encodeText),
        )
        .map((pair) => pair.join('=')),
    );
    return fc
      .record({
        query: fc.array(part, { maxLength: 4 }),
        verb: method,
        caller: callers(),
        headers: anyHeaders,
        sent: bodyOf(table.columns),
      })
      .map(({ query, verb, caller, headers, sent }) => ({
        method: verb,
        target: `/rest/v1/${table.name}?${query.join('&')}`,
        headers: [...caller, ...headers, ['content-type', sent.type] as const],
        body: ['GET', 'HEAD'].includes(verb) ? Buffer.alloc(0) : sent.body,
      }));
  });
  await attack(stack, { port: stack.ports.supabase, requests, count: 800 });
});

test('sign-in and live channels answer whatever they are sent', async () => {
  const paths = [
    'token?grant_type=password',
    'token?grant_type=refresh_token',
    'token?grant_type=pkce',
    'user',
    'logout',
    'signup',
    'authorize?provider=discord',
    'callback',
    'admin/users',
    'user/identities/authorize',
    '.well-known/jwks.json',
    'settings',
    'verify',
    'recover',
    'otp',
  ];
  const target = fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .tuple(fc.constantFrom(...paths), pathSegment)
        .map(([at, value]) => `/auth/v1/${at}${at.includes('?') ? '&' : '?'}code=${value}`),
    },
    { weight: 1, arbitrary: pathSegment.map((segment) => `/auth/v1/${segment}`) },
    { weight: 1, arbitrary: pathSegment.map((segment) => `/realtime/v1/${segment}`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '/realtime/v1/websocket',
        '/realtime/v1/api/broadcast',
        '/',
        '/%',
        '//',
        '*',
      ),
    },
  );
  const fields = [
    'email',
    'password',
    'refresh_token',
    'auth_code',
    'code_verifier',
    'data',
    'messages',
    'topic',
  ];
  // Only made-up callers, because a call that ends a session would affect all later requests.
  const caller = headerText.map((text): [string, string][] => [
    ['apikey', apikey],
    ['authorization', `Bearer ${text}`],
  ]);
  const requests = fc
    .record({ at: target, verb: method, caller, headers: anyHeaders, sent: bodyOf(fields) })
    .map((it) => ({
      method: it.verb,
      target: it.at,
      headers: [...it.caller, ...it.headers, ['content-type', it.sent.type] as const],
      body: ['GET', 'HEAD'].includes(it.verb) ? Buffer.alloc(0) : it.sent.body,
    }));
  // The emulator reports what it does not implement.
  await attack(stack, {
    port: stack.ports.supabase,
    requests,
    count: 700,
    isExpected: ({ status }) => status === 501,
  });
});
