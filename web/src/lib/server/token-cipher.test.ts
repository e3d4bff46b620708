import { createDecipheriv, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { encryptToken } from './token-cipher.ts';

const current = randomBytes(32);
const ring = JSON.stringify({ k2: current.toString('base64'), k1: randomBytes(32).toString('base64') });

function decrypt(ciphertext: string, owner: string): string {
  const bytes = Buffer.from(ciphertext, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', current, bytes.subarray(0, 12)).setAAD(Buffer.from(owner));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8');
}

test('a token comes back with the current key, and only for its owner', () => {
  const sealed = encryptToken('secret-token', ring, 'player-1');
  expect(sealed.key_id).toBe('k2');
  expect(decrypt(sealed.ciphertext, 'player-1')).toBe('secret-token');
  expect(() => decrypt(sealed.ciphertext, 'player-2')).toThrow();
});

test('the same token never looks the same twice', () => {
  expect(encryptToken('t', ring, 'p').ciphertext).not.toBe(encryptToken('t', ring, 'p').ciphertext);
});

test('a ring that is empty, short or no JSON is refused', () => {
  for (const bad of ['{}', '{"k1":"c2hvcnQ="}', 'nonsense']) {
    expect(() => encryptToken('t', bad, 'p')).toThrow();
  }
});
