import { beforeAll, describe, expect, test } from 'vitest';
import { isSignedByDiscord } from './signature.ts';

const nowMs = 1_790_000_000_000;
const timestamp = String(nowMs / 1000);
const body = '{"type":1}';
const toHex = (bytes: ArrayBuffer) => Buffer.from(bytes).toString('hex');

async function sign(key: CryptoKey, text: string): Promise<string> {
  return toHex(await crypto.subtle.sign('Ed25519', key, new TextEncoder().encode(text)));
}

describe('isSignedByDiscord', () => {
  let publicKey = '';
  let signature = '';
  let foreignSignature = '';

  beforeAll(async () => {
    const makePair = () => crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
    const [pair, foreign] = [await makePair(), await makePair()];
    if (!('publicKey' in pair) || !('publicKey' in foreign)) throw new TypeError('expected key pairs');
    publicKey = toHex(await crypto.subtle.exportKey('raw', pair.publicKey));
    signature = await sign(pair.privateKey, timestamp + body);
    foreignSignature = await sign(foreign.privateKey, timestamp + body);
  });

  test('accepts the signature of timestamp and raw body', async () => {
    expect(await isSignedByDiscord({ signature, timestamp, body }, publicKey, nowMs)).toBe(true);
  });

  test('refuses another body, even one that means the same', async () => {
    expect(await isSignedByDiscord({ signature, timestamp, body: '{"type": 1}' }, publicKey, nowMs)).toBe(
      false,
    );
  });

  test('refuses another timestamp than the signed one', async () => {
    const later = String(nowMs / 1000 + 1);
    expect(await isSignedByDiscord({ signature, timestamp: later, body }, publicKey, nowMs)).toBe(false);
  });

  test('refuses the signature of another key', async () => {
    const request = { signature: foreignSignature, timestamp, body };
    expect(await isSignedByDiscord(request, publicKey, nowMs)).toBe(false);
  });

  test('accepts up to five minutes of difference, either way, and no more', async () => {
    const request = { signature, timestamp, body };
    for (const skewMs of [300_000, -300_000]) {
      expect(await isSignedByDiscord(request, publicKey, nowMs + skewMs)).toBe(true);
      expect(await isSignedByDiscord(request, publicKey, nowMs + skewMs * 1.01)).toBe(false);
    }
  });

  test.each([
    { signature: null, timestamp },
    { signature: 'zz', timestamp },
    { signature: 'ab'.repeat(63), timestamp },
    { signature: 'ab'.repeat(64), timestamp: null },
    { signature: 'ab'.repeat(64), timestamp: 'now' },
  ])('rejects malformed headers instead of failing: %j', async (headers) => {
    expect(await isSignedByDiscord({ ...headers, body }, publicKey, nowMs)).toBe(false);
  });
});
