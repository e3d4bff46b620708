import { stringToBase64URL } from '@supabase/ssr';
import fc from 'fast-check';
import { beforeAll, expect, inject, test } from 'vitest';
import { attack } from './attack.ts';
import { type FuzzPlayer, makeFuzzPlayers } from './fuzz-players.ts';
import {
  anyHeaders,
  bodyOf,
  headerText,
  hostileJson,
  method,
  pathSegment,
  queryOf,
} from './hostile-values.ts';
import type { RawRequest } from './raw-request.ts';
import { listWebFields, listWebRoutes, type WebRoute } from './web-routes.ts';

const stack = inject('stack');
const origin = stack.environment.PUBLIC_WEB_URL ?? '';
const routes = listWebRoutes();
const fields = listWebFields();
const sessionCookie = 'sb-127-auth-token';

let players: FuzzPlayer[];
beforeAll(async () => {
  players = await makeFuzzPlayers(stack);
});

test('every route is known, with its forms', () => {
  const ids = routes.map(({ id }) => id);
  expect(ids).toEqual(
    expect.arrayContaining(['/', '/players/[username]', '/profile', '/auth/callback', '/healthz']),
  );
  expect(routes.find(({ id }) => id === '/profile')?.actions).toEqual(
    expect.arrayContaining(['settings', 'link']),
  );
  expect(fields).toEqual(expect.arrayContaining(['next', 'board', 'amount', 'idempotency_key']));
});

test('the web app answers whatever is sent to its routes', async () => {
  await attack(stack, { port: stack.ports.web, requests: webRequests(), count: 1_800 });
});

/** A visitor, a signed-in person, or a forged session. */
function cookies(): fc.Arbitrary<string> {
  const encode = (value: unknown) => `base64-${stringToBase64URL(JSON.stringify(value) ?? '')}`;
  const session = fc.record({
    access_token: hostileJson,
    refresh_token: hostileJson,
    expires_at: hostileJson,
    user: hostileJson,
  });
  const madeUp = fc.oneof(session, hostileJson).map((value) => `${sessionCookie}=${encode(value)}`);
  const verifier = hostileJson.map((value) => `${sessionCookie}-code-verifier=${encode(value)}`);
  const part = fc.tuple(fc.nat(3), headerText).map(([index, text]) => `${sessionCookie}.${index}=${text}`);
  const signedIn = fc.constantFrom(...players.map(({ session }) => `${sessionCookie}=${encode(session)}`));
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant('') },
    { weight: 5, arbitrary: signedIn },
    { weight: 3, arbitrary: madeUp },
    { weight: 1, arbitrary: verifier },
    { weight: 1, arbitrary: part },
    { weight: 1, arbitrary: headerText },
  );
}

function targets(route: WebRoute): fc.Arbitrary<string> {
  const path = fc
    .tuple(...[...route.id.matchAll(/\[[^\]]+\]+/g)].map(() => pathSegment))
    .map((segments) => segments.reduce((id, segment) => id.replace(/\[[^\]]+\]+/, segment), route.id));
  const suffix = fc.oneof(
    { weight: 6, arbitrary: fc.constant('') },
    { weight: 2, arbitrary: fc.constant('/__data.json') },
    { weight: 1, arbitrary: fc.constantFrom('/__route.js', '/', '//', '/.', '/%2e%2e') },
  );
  const action = fc.constantFrom('', ...route.actions.map((name) => `/${name}`), '/unknown', '/__proto__');
  return fc
    .tuple(path, suffix, action, queryOf([...fields, 'x-sveltekit-invalidated']))
    .map(
      ([at, end, name, query]) =>
        `${at === '/' && end ? '' : at}${end}?${name}${name && query ? '&' : ''}${query}`,
    );
}

const elsewhere: fc.Arbitrary<string> = fc.oneof(
  pathSegment.map((segment) => `/${segment}`),
  fc.tuple(pathSegment, pathSegment).map((segments) => `/_app/remote/${segments.join('/')}`),
  pathSegment.map((segment) => `/_app/immutable/${segment}`),
  pathSegment.map((segment) => `/_app/routes/${segment}/__route.js`),
  fc.constantFrom(
    '*',
    '//',
    '/..',
    '/\\',
    'http://evil.example/',
    '/_app/version.json',
    '/favicon.ico',
    '/__data.json',
  ),
);

function webRequests(): fc.Arbitrary<RawRequest> {
  const known = fc.constantFrom(...routes).chain((route) =>
    fc.record({
      target: targets(route),
      isForm: fc.boolean().map((yes) => yes && route.actions.length > 0),
    }),
  );
  const target = fc.oneof(
    { weight: 9, arbitrary: known },
    { weight: 1, arbitrary: elsewhere.map((at) => ({ target: at, isForm: false })) },
  );
  return fc
    .record({
      at: target,
      method,
      cookie: cookies(),
      headers: anyHeaders,
      sent: bodyOf(fields),
      isOwn: fc.nat(9),
    })
    .map(({ at, method: verb, cookie, headers, sent, isOwn }) => {
      const sends = at.isForm || !['GET', 'HEAD'].includes(verb);
      return {
        method: at.isForm ? 'POST' : verb,
        target: at.target,
        headers: [
          ...headers,
          // A call that ends a session would affect all later requests.
          ...(cookie && !at.target.includes('sign-out') ? ([['cookie', cookie]] as const) : []),
          ...(isOwn > 0 ? ([['origin', origin]] as const) : []),
          ...(sends ? ([['content-type', sent.type]] as const) : []),
        ],
        body: sends ? sent.body : Buffer.alloc(0),
      };
    });
}
