import { setTimeout as delay } from 'node:timers/promises';
import { postSigned } from '../interactions/signature.ts';
import type { JsonObject, User } from '../state/records.ts';
import type { World } from '../state/world.ts';
import { toUserBody } from '../wire/people.ts';
import { revokeGrants } from './token.ts';

/** Discord retries for ten minutes; a sandbox gives up earlier. */
const retryDelaysMs = [250, 1_000, 4_000, 15_000];

async function sendEvent(world: World, url: string, body: JsonObject): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const target = { url, private_key: world.credentials.private_key, nowMs: Date.now() };
    const problem = await postSigned(target, body).then(
      ({ status }) => (status === 204 ? null : `it answered ${status}; it must answer 204`),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (problem === null) {
      world.hub.note('event', 'APPLICATION_DEAUTHORIZED was taken in');
      return;
    }
    const delayMs = retryDelaysMs[attempt];
    world.hub.warn('event', `The address for webhook events did not take in an event: ${problem}`);
    if (delayMs === undefined) return;
    await delay(delayMs, undefined, { ref: false });
  }
}

/**
 * A person revokes our access on Discord's page of authorised apps: all tokens end, and the application
 * receives a signed webhook event if it has set an address for them. Returns before the event is delivered.
 */
export function deauthorise(world: World, user: User): void {
  revokeGrants(world, user.id);
  const url = world.application().event_webhooks_url;
  if (url === null) return;
  void sendEvent(world, url, {
    version: 1,
    application_id: world.credentials.application_id,
    type: 1,
    event: {
      type: 'APPLICATION_DEAUTHORIZED',
      timestamp: new Date(world.clock.now()).toISOString(),
      data: { user: toUserBody(user) },
    },
  });
}
