import { z } from 'zod';
import { scoreEventStatuses } from '#domain/leaderboard/vocabulary.ts';

/** A score event as senders write it: something that a player did, or the void of an earlier event. */
export const scoreEventSchema = z.object({
  external_id: z.string().max(200).describe('Your own id. An event counts once per source and id.'),
  player_id: z.uuid().optional(),
  metric: z
    .string()
    .meta({ examples: ['deal_closed'] })
    .optional(),
  units: z.number().min(0.0001).max(1_000_000_000).optional(),
  occurred_at: z.iso
    .datetime({ offset: true })
    .optional()
    .describe(
      'When it happened, which decides the period it counts in. If a board has closed that period and ' +
        'does not accept late events, the event is refused for every board (period_closed), so that all boards agree.',
    ),
  voids: z
    .string()
    .optional()
    .describe(
      'Instead of the four fields above: the external_id of an event to cancel, sent earlier or in ' +
        'this batch. Voids are applied after the events of their batch. A void occurs now unless occurred_at ' +
        'is set, which must not be before the event (before_event).',
    ),
});

/** The result of a batch, with one result per event, in order. */
export const scoreEventsAnswerSchema = z.object({
  accepted: z.number().int(),
  duplicates: z.number().int(),
  refused: z.number().int(),
  results: z.array(
    z.object({
      external_id: z.string().nullable(),
      status: z.enum(scoreEventStatuses),
      event_id: z.number().int().optional(),
      points: z.number().int().optional(),
      closed_boards: z
        .array(z.string())
        .optional()
        .describe(
          'For a void that arrived after its period had closed: the boards whose archives ' +
            'are sealed and keep the points. Every other board takes them back.',
        ),
      reason: z.string().optional(),
      message: z.string().optional(),
    }),
  ),
});

export type ScoreEventsAnswer = z.output<typeof scoreEventsAnswerSchema>;
