import { verifyApiKey } from '#store/integrations/verify-api-key.ts';
import { getStore } from './create-store.ts';

export interface ApiKey {
  id: string;
  name: string;
  /** The system that the key belongs to; its events have this source. */
  source: string;
  scopes: string[];
}

/** A revoked key stops working after at most this long. */
const keyKeptMs = 10_000;
const keptCountMax = 1_000;
const keyPattern = /^dsk_[\w-]{8,200}$/;
const kept = new Map<string, { apiKey: ApiKey; untilMs: number }>();

/**
 * The key in `Authorization: Bearer dsk_…` or `apikey: dsk_…`. Supabase's own keys in these headers are
 * ignored.
 */
export function readApiKey(headers: Headers): string | null {
  const bearer = headers.get('authorization')?.match(/^Bearer\s+(\S+)$/i)?.[1];
  return [bearer, headers.get('apikey')].find((value) => value?.startsWith('dsk_')) ?? null;
}

/**
 * The owner and scopes of a key; null if it is not valid.
 * @param admitStranger called before looking up a key that was not valid here recently; may throw
 */
export async function findApiKey(
  key: string,
  admitStranger: () => Promise<void> = async () => {},
): Promise<ApiKey | null> {
  const nowMs = Date.now();
  const known = kept.get(key);
  if (known && known.untilMs > nowMs) return known.apiKey;
  if (!keyPattern.test(key)) return null;
  if (!known) await admitStranger();
  const apiKey = await verifyApiKey(getStore(), { key });
  if (kept.size >= keptCountMax) kept.clear();
  if (apiKey) kept.set(key, { apiKey, untilMs: nowMs + keyKeptMs });
  else kept.delete(key);
  return apiKey;
}
