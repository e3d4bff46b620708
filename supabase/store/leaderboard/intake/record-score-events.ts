import { z } from 'zod';
import { scoreEventStatuses } from '#domain/leaderboard/vocabulary.ts';
import type { Outcome } from '#domain/platform/refusal.ts';
import { toOutcome } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { toWireEvent } from './to-wire-event.ts';

const answerSchema = z.object({
  accepted: z.number().int(),
  duplicates: z.number().int(),
  refused: z.number().int(),
  results: z.array(
    z.object({
      external_id: z.string().nullable(),
      status: z.enum(scoreEventStatuses),
      event_id: z.number().int().optional(),
      points: z.number().int().optional(),
      /** For a void: boards whose closed period counted the event; their archives do not change. */
      closed_boards: z.array(z.string()).optional(),
      reason: z.string().optional(),
      message: z.string().optional(),
    }),
  ),
});

export type ScoreEventsAnswer = z.output<typeof answerSchema>;

/**
 * Records up to 10,000 events and returns a result for each, in order. Refused events do not affect the
 * others, unless `refuse_all_on_error`; that holds for any JSON input. For the service only.
 */
export async function recordScoreEvents(
  client: StoreClient,
  args: { source: string; events: readonly unknown[]; refuse_all_on_error?: boolean },
): Promise<Outcome<ScoreEventsAnswer>> {
  const events = args.events.map(toWireEvent);
  return toOutcome(await client.rpc('record_score_events', { ...args, events }), answerSchema);
}
