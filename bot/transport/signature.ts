const hexPattern = /^(?:[0-9a-f]{2})+$/i;

/** How far a request's timestamp may deviate from our clock, in either direction. */
export const timestampSkewMsMax = 5 * 60_000;

// The type is inferred: hosted Deno's Uint8Array is not generic.
function parseHex(hex: string) {
  if (!hexPattern.test(hex)) return null;
  const bytes = new Uint8Array(hex.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16);
  }
  return bytes;
}

export interface SignedRequest {
  /** Header X-Signature-Ed25519, hex. */
  signature: string | null;
  /** Header X-Signature-Timestamp, unix seconds. */
  timestamp: string | null;
  /** The body exactly as received. */
  body: string;
}

/**
 * Whether Discord signed this request just now: Ed25519 over timestamp + raw body, with a timestamp within
 * five minutes of `nowMs`. Never throws: a malformed signature is simply invalid.
 */
export async function isSignedByDiscord(
  request: SignedRequest,
  publicKeyHex: string,
  nowMs: number,
): Promise<boolean> {
  const signature = parseHex(request.signature ?? '');
  const publicKey = parseHex(publicKeyHex);
  if (!request.timestamp || !/^\d{1,12}$/.test(request.timestamp)) return false;
  if (signature?.length !== 64 || publicKey?.length !== 32) return false;
  if (Math.abs(Number(request.timestamp) * 1000 - nowMs) > timestampSkewMsMax) return false;
  const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
  const signed = new TextEncoder().encode(request.timestamp + request.body);
  return crypto.subtle.verify('Ed25519', key, signature, signed);
}
