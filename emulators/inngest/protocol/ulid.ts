import { monotonicFactory, TIME_MAX, uuidToULID } from 'ulid';

const createNext = monotonicFactory();

/** A new id that sorts by time, and within one millisecond by order of creation in this process. */
export function createUlid(timeMs: number): string {
  return createNext(Math.floor(timeMs));
}

/**
 * Id of the n-th event (from 1) of a request with `x-inngest-event-id-seed`, so sending the same request
 * twice yields the same ids. `null` if the header is absent or malformed.
 */
export function createSeededUlid(seed: string | undefined, position: number): string | null {
  const [time, entropyText] = (seed ?? '').split(',');
  const entropy = Buffer.from(entropyText ?? '', 'base64');
  if (!/^\d{1,15}$/.test(time ?? '') || Number(time) > TIME_MAX || entropy.length !== 10) return null;
  entropy.writeUInt32BE((entropy.readUInt32BE(6) + position) >>> 0, 6);
  const timeHex = Number(time).toString(16).padStart(12, '0');
  // A ULID and a UUID are two spellings of the same 128 bits.
  const uuid = `${timeHex}${entropy.toString('hex')}`.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return uuidToULID(uuid);
}
