import { buildHeaders } from '../protocol/call-app.ts';
import { parseRegistration, type Registration } from '../protocol/registration.ts';
import { sendRequest } from '../protocol/send-request.ts';

const syncTimeoutMs = 20_000;

/**
 * Asks an application what it serves. `null` if it registers itself by a separate request. Throws with the
 * reason if it cannot be reached or answers something else.
 */
export async function fetchRegistration(
  url: string,
  signingKey: string | null,
): Promise<Registration | null> {
  const body = JSON.stringify({ url });
  const headers = { ...buildHeaders(signingKey, body), 'x-inngest-sync-kind': 'in_band' };
  const response = await sendRequest({ method: 'PUT', url, headers, body, timeoutMs: syncTimeoutMs });
  if (response.status !== 200) {
    throw new Error(`${url} answered ${response.status} to a sync: ${response.body.slice(0, 300)}`);
  }
  if (response.headers.get('x-inngest-sync-kind') !== 'in_band') return null;
  return parseRegistration(JSON.parse(response.body));
}
