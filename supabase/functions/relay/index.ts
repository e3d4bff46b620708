import { verifyAuth } from '@supabase/server/core';
import { claimOutboxEvents } from '#store/platform/claim-outbox-events.ts';
import { markOutboxEventsSent } from '#store/platform/mark-outbox-events-sent.ts';
import { releaseOutboxEvents } from '#store/platform/release-outbox-events.ts';
import { getStore } from '../_shared/create-store.ts';
import { readEnvironment } from '../_shared/environment.ts';
import { relayEnvironment } from '../_shared/environments.ts';
import { ProblemError } from '../_shared/problem.ts';
import { serveRequests } from '../_shared/serve-requests.ts';
import { relayOutbox } from './relay-outbox.ts';
import { resolveEventUrl } from './resolve-event-url.ts';
import { createEventSender } from './send-events.ts';

const environment = readEnvironment(relayEnvironment);

/** Moves outbox events to the durable functions. Called by the database (pg_net) with the secret key. */
async function answer(request: Request): Promise<Response> {
  const { error: refusal } = await verifyAuth(request, { auth: 'secret' });
  if (refusal) {
    throw new ProblemError({
      status: 401,
      code: 'secret_key_missing',
      title: 'This needs the secret key.',
      detail: 'Send the secret key in the apikey header.',
    });
  }
  const store = getStore();
  const sendEvents = createEventSender(
    resolveEventUrl(environment),
    environment.INNGEST_EVENT_KEY ?? 'local',
  );
  const relayed = await relayOutbox({
    claim: (maxEvents) => claimOutboxEvents(store, { max_events: maxEvents }),
    send: sendEvents,
    markSent: (ids) => markOutboxEventsSent(store, { ids }),
    release: (ids) => releaseOutboxEvents(store, { ids }),
  });
  return Response.json(relayed);
}

export default serveRequests(answer, {
  status: 502,
  code: 'events_not_relayed',
  title: 'The events were not relayed. They stay in the outbox.',
  detail: 'Call again: the sweep does so within a minute.',
});
