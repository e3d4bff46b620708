import type { Outcome } from '#domain/platform/refusal.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { type ScoreEventsAnswer, scoreEventsAnswerSchema } from './score-event-schema.ts';
import { toWireEvent } from './to-wire-event.ts';

/**
 * Records up to 10,000 events and returns a result for each, in order. Refused events do not affect the
 * others, unless `refuse_all_on_error`; that holds for any JSON input. For the service only.
 */
export async function recordScoreEvents(
  client: StoreClient,
  args: { source: string; events: readonly unknown[]; refuse_all_on_error?: boolean },
): Promise<Outcome<ScoreEventsAnswer>> {
  const events = args.events.map(toWireEvent);
  return toOutcome(await client.rpc('record_score_events', { ...args, events }), scoreEventsAnswerSchema);
}
