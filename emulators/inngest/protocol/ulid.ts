import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function encodeBase32(value: bigint, length: number): string {
  let rest = value;
  let text = '';
  for (let index = 0; index < length; index += 1) {
    text = `${alphabet[Number(rest & 31n)]}${text}`;
    rest >>= 5n;
  }
  return text;
}

function encodeUlid(timeMs: number, entropy: Buffer): string {
  return encodeBase32(BigInt(timeMs), 10) + encodeBase32(BigInt(`0x${entropy.toString('hex')}`), 16);
}

let lastTimeMs = 0;
let lastEntropy = randomBytes(10);

/** A new id that sorts by time, and within one millisecond by order of creation in this process. */
export function createUlid(timeMs: number): string {
  const wholeMs = Math.floor(timeMs);
  if (wholeMs > lastTimeMs) {
    lastTimeMs = wholeMs;
    lastEntropy = randomBytes(10);
    lastEntropy.writeUInt8(lastEntropy.readUInt8(0) & 0x7f, 0);
  } else {
    const next = BigInt(`0x${lastEntropy.toString('hex')}`) + 1n;
    lastEntropy = Buffer.from(next.toString(16).padStart(20, '0'), 'hex');
  }
  return encodeUlid(lastTimeMs, lastEntropy);
}

/**
 * Id of the n-th event (from 1) of a request with `x-inngest-event-id-seed`, so sending the same request
 * twice yields the same ids. `null` if the header is absent or malformed.
 */
export function createSeededUlid(seed: string | undefined, position: number): string | null {
  const [time, entropyText] = (seed ?? '').split(',');
  const entropy = Buffer.from(entropyText ?? '', 'base64');
  if (!/^\d{1,15}$/.test(time ?? '') || entropy.length !== 10) return null;
  entropy.writeUInt32BE((entropy.readUInt32BE(6) + position) >>> 0, 6);
  return encodeUlid(Number(time), entropy);
}
