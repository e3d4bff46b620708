import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';

const toHex = (bytes: ArrayBuffer) => Buffer.from(bytes).toString('hex');
const deauthorised = {
  version: 1,
  application_id: '333333333333333333',
  type: 1,
  event: {
    type: 'APPLICATION_DEAUTHORIZED',
    timestamp: '2026-11-22T12:00:00.064834',
    data: { user: { id: '222222222222222222' } },
  },
};

let handle: (request: Request) => Promise<Response>;
let privateKey: CryptoKey;
let ended: unknown[] = [];
let isDatabaseAway = false;

beforeAll(async () => {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new TypeError('expected a key pair');
  privateKey = pair.privateKey;
  const environment: Record<string, string> = {
    DEPLOYMENT: 'local',
    DISCORD_PUBLIC_KEY: toHex(await crypto.subtle.exportKey('raw', pair.publicKey)),
    SUPABASE_URL: 'http://127.0.0.1:54321',
    SUPABASE_SECRET_KEYS: '{"default":"sb_secret_x"}',
    SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_x"}',
  };
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.stubGlobal('Deno', { env: { get: (name: string) => environment[name], toObject: () => environment } });
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    if (isDatabaseAway) throw new TypeError('away');
    ended.push({ [String(input).split('/').at(-1) ?? '']: JSON.parse(String(init?.body)) });
    return Response.json({ player_id: 'p', has_ended: true });
  });
  handle = (await import('./index.ts')).default.fetch;
});
beforeEach(() => {
  ended = [];
  isDatabaseAway = false;
});
afterAll(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function post(payload: object, isSigned = true): Promise<number> {
  const body = JSON.stringify(payload);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = await crypto.subtle.sign(
    'Ed25519',
    privateKey,
    new TextEncoder().encode(timestamp + body),
  );
  const headers = {
    'x-signature-ed25519': isSigned ? toHex(signature) : '00'.repeat(64),
    'x-signature-timestamp': timestamp,
  };
  return (await handle(new Request('http://x/discord-events', { method: 'POST', headers, body }))).status;
}

test('answers the ping that verifies the address', async () => {
  expect(await post({ version: 1, type: 0 })).toBe(204);
});

test('ends the link of a user who revoked our access, as of that moment', async () => {
  expect(await post(deauthorised)).toBe(204);
  expect(ended).toEqual([
    {
      end_deauthorised_link: {
        discord_user_id: '222222222222222222',
        deauthorised_at: '2026-11-22T12:00:00.064Z',
      },
    },
  ]);
});

test('accepts events of other kinds without doing anything', async () => {
  expect(await post({ ...deauthorised, event: { type: 'ENTITLEMENT_CREATE', data: {} } })).toBe(204);
  expect(ended).toEqual([]);
});

test('does nothing without a valid signature', async () => {
  expect(await post(deauthorised, false)).toBe(401);
  expect(ended).toEqual([]);
});

test('makes Discord send the event again while the database is down', async () => {
  isDatabaseAway = true;
  expect(await post(deauthorised)).toBe(500);
});

test.each(['Z', '+00:00', '+0000'])('reads a moment that ends in %s', async (suffix) => {
  const event = { ...deauthorised.event, timestamp: `2026-11-22T12:00:00${suffix}` };
  expect(await post({ ...deauthorised, event })).toBe(204);
  expect(ended).toMatchObject([{ end_deauthorised_link: { deauthorised_at: '2026-11-22T12:00:00.000Z' } }]);
});

test('refuses an event that does not say what it is', async () => {
  expect(await post({ ...deauthorised, event: {} })).toBe(400);
});
