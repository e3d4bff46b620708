import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

const toHex = (bytes: ArrayBuffer) => Buffer.from(bytes).toString('hex');
const interaction = {
  id: '111111111111111111',
  application_id: '333333333333333333',
  token: 'token',
  type: 2,
  user: { id: '222222222222222222', username: 'pia' },
  data: { id: '1', name: 'help', type: 1 },
};

let handle: (request: Request) => Promise<Response>;
let privateKey: CryptoKey;
let calls: string[] = [];
const waitedFor: Promise<unknown>[] = [];

beforeAll(async () => {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new TypeError('expected a key pair');
  privateKey = pair.privateKey;
  const environment: Record<string, string> = {
    DEPLOYMENT: 'local',
    DISCORD_API_URL: 'http://127.0.0.1:4400/api',
    DISCORD_APPLICATION_ID: '333333333333333333',
    DISCORD_PUBLIC_KEY: toHex(await crypto.subtle.exportKey('raw', pair.publicKey)),
    PUBLIC_WEB_URL: 'http://127.0.0.1:3000',
    SUPABASE_URL: 'http://127.0.0.1:54321',
    SUPABASE_SECRET_KEYS: '{"default":"sb_secret_x"}',
    SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_x"}',
  };
  vi.stubGlobal('Deno', { env: { get: (name: string) => environment[name], toObject: () => environment } });
  vi.stubGlobal('EdgeRuntime', { waitUntil: (work: Promise<unknown>) => waitedFor.push(work) });
  vi.stubGlobal('fetch', async (input: RequestInfo | URL) => {
    const name = new URL(String(input)).pathname.split('/').at(-1) ?? '';
    calls.push(name);
    return Response.json({ first: true, response: null, retry_at: null });
  });
  handle = (await import('./index.ts')).default.fetch;
});
beforeEach(() => {
  calls = [];
});
afterAll(() => {
  vi.unstubAllGlobals();
});

interface Signed {
  body?: string;
  /** What was signed, if it is not the body. */
  signedBody?: string;
  ageSeconds?: number;
}

async function post({ body = JSON.stringify(interaction), signedBody = body, ageSeconds = 0 }: Signed = {}) {
  const timestamp = String(Math.floor(Date.now() / 1000) - ageSeconds);
  const signed = new TextEncoder().encode(timestamp + signedBody);
  const headers = {
    'x-signature-ed25519': toHex(await crypto.subtle.sign('Ed25519', privateKey, signed)),
    'x-signature-timestamp': timestamp,
  };
  return handle(new Request('http://x/interactions', { method: 'POST', headers, body }));
}

describe('the interactions endpoint', () => {
  test('answers a signed ping', async () => {
    expect(await (await post({ body: '{"type":1}' })).json()).toEqual({ type: 1 });
  });

  test('answers a signed command, at once or later', async () => {
    const response = await post();
    expect(response.status).toBe(200);
    expect([4, 5]).toContain((await response.json()).type);
    await Promise.all(waitedFor);
    expect(calls).toContain('finish_interaction');
  });

  test.each([
    ['over another body', { signedBody: `${JSON.stringify(interaction)} ` }],
    ['six minutes old', { ageSeconds: 360 }],
    ['six minutes ahead', { ageSeconds: -360 }],
  ])('refuses a signature %s and does nothing', async (_name, signed) => {
    expect((await post(signed)).status).toBe(401);
    expect(calls).toEqual([]);
  });

  test('refuses a request without a signature, even a ping', async () => {
    const request = new Request('http://x/interactions', { method: 'POST', body: '{"type":1}' });
    expect((await handle(request)).status).toBe(401);
  });

  test.each([
    ['is not JSON', 'no', 400],
    ['is no interaction', '{"type":99}', 400],
    ['is too large', JSON.stringify({ ...interaction, filler: 'x'.repeat(300_000) }), 413],
  ])('refuses a signed body that %s', async (_name, body, status) => {
    expect((await post({ body })).status).toBe(status);
    expect(calls).toEqual([]);
  });

  test('accepts only POST', async () => {
    const response = await handle(new Request('http://x/interactions'));
    expect({ status: response.status, allow: response.headers.get('allow') }).toEqual({
      status: 405,
      allow: 'POST',
    });
  });
});
