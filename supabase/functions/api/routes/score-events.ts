import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { batchEventsMax } from '#domain/leaderboard/limits.ts';
import { scoreEventStatuses } from '#domain/leaderboard/vocabulary.ts';
import { recordScoreEvents } from '#store/leaderboard/intake/record-score-events.ts';
import { storableText } from '#store/storable.ts';
import { getStore } from '../../_shared/create-store.ts';
import type { ApiKey } from '../../_shared/find-api-key.ts';
import { answerOnce } from '../answer-once.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { getScopedKey, requireScope } from '../authenticate.ts';
import { ProblemError, toProblemError } from '../problem.ts';
import { problemAnswers } from '../problem-answers.ts';
import { idempotencyHeader, json, jsonBody } from '../route-parts.ts';

/** Each event is judged by the database, one by one, so that a bad one does not keep the good ones out. */
const scoreEventSchema = z.unknown().openapi('ScoreEvent', {
  type: 'object',
  required: ['external_id'],
  properties: {
    external_id: {
      type: 'string',
      maxLength: 200,
      description: 'Your own id. An event counts once per source and id.',
    },
    player_id: { type: 'string', format: 'uuid' },
    metric: { type: 'string', example: 'deal_closed' },
    units: { type: 'number', minimum: 0.0001, maximum: 1_000_000_000 },
    occurred_at: {
      type: 'string',
      format: 'date-time',
      description:
        'When it happened, which decides the period it counts in. If a board has closed that period and ' +
        'does not accept late events, the event is refused for every board (period_closed), so that all boards agree.',
    },
    voids: {
      type: 'string',
      description:
        'Instead of the four fields above: the external_id of an event to cancel, sent earlier or in ' +
        'this batch. Voids are applied after the events of their batch. A void occurs now unless occurred_at ' +
        'is set, which must not be before the event (before_event).',
    },
  },
});

const resultSchema = z
  .looseObject({
    accepted: z.number().int(),
    duplicates: z.number().int(),
    refused: z.number().int(),
    results: z.array(
      z.looseObject({
        external_id: z.string().nullable(),
        status: z.enum(scoreEventStatuses),
        points: z.number().nullish(),
        closed_boards: z
          .array(z.string())
          .optional()
          .openapi({
            description:
              'For a void that arrived after its period had closed: the boards whose archives ' +
              'are sealed and keep the points. Every other board takes them back.',
          }),
        reason: z.string().optional(),
        message: z.string().optional(),
      }),
    ),
  })
  .openapi('ScoreEventResults');

const bodySchema = z.object({
  source: storableText
    .min(1)
    .max(64)
    .optional()
    .openapi({ description: 'The system that reports. Must be the source of the key.' }),
  events: z.array(scoreEventSchema).min(1),
  refuse_all_on_error: z
    .boolean()
    .default(false)
    .openapi({ description: 'If true, one invalid event refuses the whole batch.' }),
});

const route = createRoute({
  method: 'post',
  path: '/score-events',
  summary: 'Record score events',
  description: `Up to ${batchEventsMax} events, each with its own result. Sending a batch again has no further effect.`,
  security: [{ ApiKey: [] }],
  middleware: [requireScope('score-events:write')] as const,
  request: { headers: idempotencyHeader, body: jsonBody(bodySchema) },
  responses: {
    200: json('One result per event, in order.', resultSchema),
    ...problemAnswers(400, 401, 403, 409, 413, 422, 429),
  },
});

/**
 * The source of a key's events. A caller who could choose another source could void its events and collide
 * with them.
 */
function requireSource(apiKey: ApiKey, source = apiKey.source): string {
  if (source === apiKey.source) return source;
  throw new ProblemError({
    status: 403,
    code: 'source_not_allowed',
    title: `The key "${apiKey.name}" sends events for "${apiKey.source}", not for "${source}".`,
    detail: 'Omit source, or create a key for that source in Admin → API keys.',
  });
}

/** POST /score-events */
export function routeScoreEvents(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(route, async (context) => {
    const batch = context.req.valid('json');
    const apiKey = getScopedKey(context);
    const source = requireSource(apiKey, batch.source);
    if (batch.events.length > batchEventsMax) {
      throw new ProblemError({
        status: 413,
        code: 'batch_too_large',
        title: `The batch has ${batch.events.length} events; the maximum is ${batchEventsMax}.`,
        detail: 'Split the batch; nothing was recorded.',
      });
    }
    const once = {
      api_key_id: apiKey.id,
      idempotency_key: context.req.valid('header')['idempotency-key'],
      fingerprint: `POST /score-events ${await context.req.text()}`,
    };
    const { body, replayed } = await answerOnce(getStore(), once, resultSchema, async () => {
      const outcome = await recordScoreEvents(getStore(), { ...batch, source });
      if (!outcome.ok) throw toProblemError(outcome.refusal);
      return outcome.value;
    });
    if (replayed) context.header('idempotency-replayed', 'true');
    return context.json(body, 200);
  });
}
