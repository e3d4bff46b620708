import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { countSecondsUntil } from './count-seconds-until.ts';
import { ProblemError } from './problem.ts';
import { BodyTooLargeError, readBodyText } from './read-body.ts';
import { readCallerAddress } from './read-caller-address.ts';
import { readSignedBody } from './read-signed-body.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test.each([
  [-5_000, 1],
  [0, 1],
  [1_000, 1],
  [1_001, 2],
  [59_000, 59],
])('what is %i ms away is %i whole seconds away', (distanceMs, seconds) => {
  vi.useFakeTimers({ toFake: ['Date'] });
  expect(countSecondsUntil(new Date(Date.now() + distanceMs).toISOString())).toBe(seconds);
});

const post = (body: BodyInit, headers: Record<string, string> = {}) =>
  new Request('http://x', { method: 'POST', body, headers });

describe('a body', () => {
  test.each([
    ['12345', '12345'],
    ['', ''],
    ['éé1', 'éé1'],
  ])('%j of at most five bytes is read', async (sent, read) => {
    expect(await readBodyText(post(sent), 5)).toBe(read);
  });

  test('that is absent is empty', async () => {
    expect(await readBodyText(new Request('http://x'), 5)).toBe('');
  });

  test('that arrives in chunks is whole, even where a character is split', async () => {
    const [first = 0, second = 0] = new TextEncoder().encode('é');
    const pieces = [[0x61, first], [second], [first]];
    const body = new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(new Uint8Array(piece));
        controller.close();
      },
    });
    const request = new Request('http://x', { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(await readBodyText(request, 4)).toBe('aé\ufffd');
  });

  test.each([
    ['123456', {}],
    ['ééé', {}],
    ['1', { 'content-length': '6' }],
  ])('%j with the headers %j is more than five bytes', async (body, headers) => {
    const refused = readBodyText(post(body, headers), 5);
    await expect(refused).rejects.toThrow(BodyTooLargeError);
    await expect(refused).rejects.toThrow('the body exceeds 5 bytes');
    await expect(refused).rejects.toMatchObject({ name: 'BodyTooLargeError' });
  });

  test('is read where its declared length just fits', async () => {
    expect(await readBodyText(post('12345', { 'content-length': '5' }), 5)).toBe('12345');
  });
});

describe('the address of a caller', () => {
  const read = (forwardedFor?: string, depth?: string) => {
    vi.stubGlobal('Deno', { env: { get: (name: string) => (name === 'XFF_DEPTH' ? depth : undefined) } });
    return readCallerAddress(
      new Headers(forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }),
    );
  };

  test.each([
    [undefined, undefined, 'unknown'],
    ['', undefined, 'unknown'],
    ['a, b', undefined, 'b'],
    ['a, b', '', 'b'],
    ['a, b , c', '2', 'b'],
    ['a', '2', 'unknown'],
    ['a, ', undefined, 'unknown'],
    ['x'.repeat(65), undefined, 'x'.repeat(64)],
  ])('of %j behind %j proxies is %j', (forwardedFor, depth, address) => {
    expect(read(forwardedFor, depth)).toBe(address);
  });
});

describe('a body from Discord', () => {
  const toHex = (bytes: ArrayBuffer) => Buffer.from(bytes).toString('hex');
  let publicKey = '';
  let privateKey: CryptoKey;
  beforeEach(async () => {
    const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
    if (!('privateKey' in pair)) throw new TypeError('expected a key pair');
    privateKey = pair.privateKey;
    publicKey = toHex(await crypto.subtle.exportKey('raw', pair.publicKey));
  });

  async function sign(body: string): Promise<Request> {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signed = new TextEncoder().encode(timestamp + body);
    const signature = toHex(await crypto.subtle.sign('Ed25519', privateKey, signed));
    return post(body, { 'x-signature-ed25519': signature, 'x-signature-timestamp': timestamp });
  }

  async function readRefusal(request: Request) {
    const refusal = await readSignedBody(request, publicKey).catch((error: unknown) => error);
    if (!(refusal instanceof ProblemError)) throw new TypeError('it was not refused');
    return [refusal.status, refusal.code, refusal.headers.allow];
  }

  test('is taken in once its signature holds, up to 256 KiB', async () => {
    expect(await readSignedBody(await sign('{"type":1}'), publicKey)).toEqual({ type: 1 });
    const longest = JSON.stringify('x'.repeat(256 * 1024 - 2));
    expect(await readSignedBody(await sign(longest), publicKey)).toHaveLength(256 * 1024 - 2);
    const longer = JSON.stringify('x'.repeat(256 * 1024 - 1));
    expect(await readRefusal(await sign(longer))).toEqual([413, 'body_too_large', undefined]);
  });

  test('is refused with what is wrong about it', async () => {
    expect(await readRefusal(new Request('http://x'))).toEqual([405, 'method_not_allowed', 'POST']);
    expect(await readRefusal(post('{}'))).toEqual([401, 'signature_invalid', undefined]);
    expect(await readRefusal(await sign('{'))).toEqual([400, 'body_malformed', undefined]);
  });

  test('that cannot be read is a fault, not a refusal', async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError('cut off')) });
    const request = new Request('http://x', { method: 'POST', body, duplex: 'half' } as RequestInit);
    await expect(readSignedBody(request, publicKey)).rejects.toThrow('cut off');
  });
});
