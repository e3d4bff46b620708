import { decodeProtectedHeader } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import {
  makeOpeningKey,
  type OpeningKey,
  openingKeysSchema,
  openToken,
  sealingKeySchema,
  sealToken,
  toSealingKey,
} from './sealed-token.ts';

let current: OpeningKey;
let former: OpeningKey;
beforeAll(async () => {
  current = await makeOpeningKey();
  former = await makeOpeningKey();
});

test('a token opens for its owner, with the key it was sealed to', async () => {
  const sealed = await sealToken('secret-token', '42', toSealingKey(former));
  expect(await openToken(sealed, '42', [current, former])).toBe('secret-token');
  expect(decodeProtectedHeader(sealed)).toEqual({
    alg: 'ECDH-ES',
    enc: 'A256GCM',
    kid: former.kid,
    sub: '42',
    epk: expect.objectContaining({ kty: 'EC', crv: 'P-256' }),
  });
  await expect(openToken(sealed, '43', [current, former])).rejects.toThrow('another account');
  await expect(openToken(sealed, '42', [current])).rejects.toThrow('No key opens this token');
});

test("nobody can pass a token off as another account's, or change it", async () => {
  const [header = '', ...rest] = (await sealToken('t', '42', toSealingKey(current))).split('.');
  const forged = JSON.parse(Buffer.from(header, 'base64url').toString());
  const other = Buffer.from(JSON.stringify({ ...forged, sub: '43' })).toString('base64url');
  await expect(openToken([other, ...rest].join('.'), '43', [current])).rejects.toThrow();
  const text = rest[2] ?? '';
  const changed = [header, rest[0], rest[1], `${text[0] === 'A' ? 'B' : 'A'}${text.slice(1)}`, rest[3]];
  await expect(openToken(changed.join('.'), '42', [current])).rejects.toThrow();
});

test('sealing the same token twice gives different texts', async () => {
  const key = toSealingKey(current);
  expect(await sealToken('t', '42', key)).not.toBe(await sealToken('t', '42', key));
});

test('sealing needs a public key only; opening needs a key set', () => {
  expect(sealingKeySchema.parse(JSON.stringify(toSealingKey(current)))).toEqual(toSealingKey(current));
  expect(sealingKeySchema.safeParse(JSON.stringify(current)).success).toBe(false);
  expect(sealingKeySchema.safeParse('nonsense').success).toBe(false);
  const set = JSON.stringify({ keys: [current, former] });
  expect(openingKeysSchema.parse(set)).toEqual([current, former]);
  for (const bad of ['{"keys":[]}', JSON.stringify({ keys: [toSealingKey(current)] }), '[]', '']) {
    expect(openingKeysSchema.safeParse(bad).success).toBe(false);
  }
});
