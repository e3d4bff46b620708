import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import type { JsonObject } from '../state/records.ts';

/** The signature headers of a request from Discord: Ed25519 over timestamp and raw body. */
function signRequest(privateKey: string, timestampSeconds: string, rawBody: string): Record<string, string> {
  const signature = sign(null, Buffer.from(timestampSeconds + rawBody), createPrivateKey(privateKey));
  return {
    'content-type': 'application/json',
    'user-agent': 'Discord-Interactions/1.0 (sandbox)',
    'x-signature-ed25519': signature.toString('hex'),
    'x-signature-timestamp': timestampSeconds,
  };
}

/** A new key pair: the public half as 32 bytes in hex, the private half as PKCS #8 in PEM. */
export function createKeyPair(): { public_key: string; private_key: string } {
  const pair = generateKeyPairSync('ed25519');
  const der = pair.publicKey.export({ format: 'der', type: 'spki' });
  return {
    public_key: der.subarray(-32).toString('hex'),
    private_key: pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

/** An endpoint's complete response. */
interface EndpointAnswer {
  status: number;
  contentType: string;
  text: string;
}

/**
 * Sends one request to the application's endpoint. `spoilSignature` signs another body, as the probes do;
 * `ageSeconds` backdates the timestamp. Throws if nothing answers.
 */
export async function postSigned(
  target: { url: string; private_key: string; nowMs: number },
  body: JsonObject,
  options: { spoilSignature?: boolean; ageSeconds?: number } = {},
): Promise<EndpointAnswer> {
  const rawBody = JSON.stringify(body);
  const timestamp = String(Math.floor(target.nowMs / 1000) - (options.ageSeconds ?? 0));
  const signedBody = options.spoilSignature ? `${rawBody} ` : rawBody;
  const response = await fetch(target.url, {
    method: 'POST',
    headers: signRequest(target.private_key, timestamp, signedBody),
    body: rawBody,
    signal: AbortSignal.timeout(15_000),
  });
  const contentType = response.headers.get('content-type') ?? '';
  return { status: response.status, contentType, text: await response.text() };
}
