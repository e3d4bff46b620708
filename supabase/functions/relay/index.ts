import { verifyAuth } from '@supabase/server/core';
import { logFailure } from '#domain/platform/log.ts';
import { claimOutboxEvents } from '#store/platform/claim-outbox-events.ts';
import { markOutboxEventsSent } from '#store/platform/mark-outbox-events-sent.ts';
import { releaseOutboxEvents } from '#store/platform/release-outbox-events.ts';
import { getStore } from '../_shared/create-store.ts';
import { readEnvironment } from '../_shared/environment.ts';
import { relayEnvironment } from '../_shared/environments.ts';
import { relayOutbox } from './relay-outbox.ts';
import { resolveEventUrl } from './resolve-event-url.ts';
import { createEventSender } from './send-events.ts';

const environment = readEnvironment(relayEnvironment);

/** Moves outbox events to the durable functions. Called by the database (pg_net) with the secret key. */
async function fetch(request: Request): Promise<Response> {
  const { error: refusal } = await verifyAuth(request, { auth: 'secret' });
  if (refusal) return Response.json({ error: 'send the secret key in the apikey header' }, { status: 401 });
  const store = getStore();
  const sendEvents = createEventSender(
    resolveEventUrl(environment),
    environment.INNGEST_EVENT_KEY ?? 'local',
  );
  try {
    const relayed = await relayOutbox({
      claim: (max_events) => claimOutboxEvents(store, { max_events }),
      send: sendEvents,
      markSent: (ids) => markOutboxEventsSent(store, { ids }),
      release: (ids) => releaseOutboxEvents(store, { ids }),
    });
    return Response.json(relayed);
  } catch (error) {
    logFailure('events not relayed; they stay in the outbox', error);
    return Response.json({ error: 'events not relayed; they stay in the outbox' }, { status: 502 });
  }
}

export default { fetch };
