import { type CryptoKey, calculateJwkThumbprint, importJWK, type JWK } from 'jose';

/** The key pair that signs access tokens. */
export interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  /** The JWKS endpoint's content. */
  publicJwk: JWK;
}

/** Takes a private P-256 key as JWK. Without a key id, the thumbprint is used. */
export async function importSigningKey(privateJwk: JWK): Promise<SigningKey> {
  const { kty, crv, x, y } = privateJwk;
  const kid = privateJwk.kid ?? (await calculateJwkThumbprint({ kty, crv, x, y }));
  const publicJwk: JWK = { kty, crv, x, y, kid, alg: 'ES256', use: 'sig', key_ops: ['verify'], ext: true };
  const privateKey = await importJWK({ kty, crv, x, y, d: privateJwk.d }, 'ES256');
  const publicKey = await importJWK({ kty, crv, x, y }, 'ES256');
  if (privateKey instanceof Uint8Array || publicKey instanceof Uint8Array || privateJwk.d === undefined) {
    throw new Error('The signing key has to be a private P-256 key.');
  }
  return { kid, privateKey, publicKey, publicJwk };
}
