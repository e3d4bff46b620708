import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { batchEventsMax } from '#domain/leaderboard/limits.ts';
import { recordScoreEvents } from '#store/leaderboard/intake/record-score-events.ts';
import { scoreEventSchema, scoreEventsAnswerSchema } from '#store/leaderboard/intake/score-event-schema.ts';
import { storableText } from '#store/storable.ts';
import { getStore } from '../../_shared/create-store.ts';
import type { ApiKey } from '../../_shared/find-api-key.ts';
import { ProblemError } from '../../_shared/problem.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { getScopedKey, requireScope } from '../authenticate.ts';
import { describeSchema } from '../describe-schema.ts';
import { problemAnswers } from '../problem-answers.ts';
import { idempotencyHeader, json, jsonBody } from '../route-parts.ts';
import { serveCommand } from '../serve-command.ts';

/** Described but not validated: the database judges events one by one, so an invalid event does not affect the others. */
const anyEventSchema = z.unknown().openapi('ScoreEvent', describeSchema(scoreEventSchema));

const bodySchema = z.object({
  source: storableText
    .min(1)
    .max(64)
    .optional()
    .openapi({ description: 'The system that reports. Must be the source of the key.' }),
  events: z.array(anyEventSchema).min(1),
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
    200: json('One result per event, in order.', scoreEventsAnswerSchema.openapi('ScoreEventResults')),
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
    const body = await serveCommand(context, scoreEventsAnswerSchema, () =>
      recordScoreEvents(getStore(), { ...batch, source }),
    );
    return context.json(body, 200);
  });
}
