import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { createAccessTokens } from './access-token.ts';
import { importSigningKey } from './signing-key.ts';

const claims = { role: 'authenticated', exp: Math.floor(Date.now() / 1000) + 60 };

async function createTokens() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = await importSigningKey(privateKey.export({ format: 'jwk' }));
  return { key, tokens: createAccessTokens(key) };
}

test('a token of this key is accepted, that of another key is not', async () => {
  const [own, other] = [await createTokens(), await createTokens()];
  const token = await own.tokens.sign(claims);
  expect(await own.tokens.verify(token)).toEqual(claims);
  await expect(other.tokens.verify(token)).rejects.toMatchObject({ reason: 'invalid' });
});

test('a token signed with a shared secret is rejected, even if the secret is the public key', async () => {
  const { key, tokens } = await createTokens();
  for (const secret of ['a-secret-that-is-long-enough-for-hs256', JSON.stringify(key.publicJwk)]) {
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: key.kid })
      .sign(new TextEncoder().encode(secret));
    await expect(tokens.verify(token)).rejects.toMatchObject({ reason: 'invalid' });
  }
});
