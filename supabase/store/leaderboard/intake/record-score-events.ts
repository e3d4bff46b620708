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
      /** Of a void: boards that counted the event in a period that is over, whose archives stay as they are. */
      closed_boards: z.array(z.string()).optional(),
      reason: z.string().optional(),
      message: z.string().optional(),
    }),
  ),
});

export type ScoreEventsAnswer = z.output<typeof answerSchema>;

/**
 * Records up to 10,000 events and answers what became of each, in order. Refused ones do not keep the others out,
 * unless `refuse_all_on_error`; that holds for anything that JSON can say. Only for the service.
 */
export async function recordScoreEvents(
  client: StoreClient,
  args: { source: string; events: readonly unknown[]; refuse_all_on_error?: boolean },
): Promise<Outcome<ScoreEventsAnswer>> {
  const events = args.events.map(toWireEvent);
  return toOutcome(await client.rpc('record_score_events', { ...args, events }), answerSchema);
}
