import type { Engine } from '#emulators/inngest/engine.ts';
import { claimOutboxEvents } from '#store/platform/claim-outbox-events.ts';
import { markOutboxEventsSent } from '#store/platform/mark-outbox-events-sent.ts';
import { releaseOutboxEvents } from '#store/platform/release-outbox-events.ts';
import type { StoreClient } from '#store/store-client.ts';
import { relayOutbox } from '../../supabase/functions/relay/relay-outbox.ts';

/** Sends waiting outbox events to the engine, as the relay does. */
export async function relayTo(engine: Engine, store: StoreClient): Promise<void> {
  await relayOutbox({
    claim: (max_events) => claimOutboxEvents(store, { max_events }),
    send: async (events) => {
      await engine.send(events.map(({ id, name, data }) => ({ id, name, data })));
    },
    markSent: (ids) => markOutboxEventsSent(store, { ids }),
    release: (ids) => releaseOutboxEvents(store, { ids }),
  });
}
