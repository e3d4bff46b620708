import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { bulkDecisionSchema } from '#domain/credits/bulk-decision-schema.ts';
import { bulkModes, bulkRequestsMax, decisions } from '#domain/credits/vocabulary.ts';
import { bulkDecideCreditRequests } from '#store/credits/bulk/bulk-decide-credit-requests.ts';
import { undoBulkDecision } from '#store/credits/bulk/undo-bulk-decision.ts';
import { getStore } from '../../../_shared/create-store.ts';
import type { ApiEnvironment } from '../../api-environment.ts';
import { requireScope } from '../../authenticate.ts';
import { decidingPlayer, decisionComment, requiredIdempotencyHeader } from '../../credit-parts.ts';
import { problemAnswers } from '../../problem-answers.ts';
import { json, jsonBody } from '../../route-parts.ts';
import { serveMovement } from '../../serve-movement.ts';

const writing = { security: [{ ApiKey: [] }], middleware: requireScope('requests:write') };

const bulkRoute = createRoute({
  method: 'post',
  path: '/credit-requests/bulk-decisions',
  summary: 'Decide many credit requests at once',
  description:
    'Each by the rules of a single decision, with a result for each. A preview returns the same results and changes nothing; send it with a key of its own.',
  ...writing,
  request: {
    headers: requiredIdempotencyHeader,
    body: jsonBody(
      z.object({
        request_ids: z.array(z.uuid()).min(1).max(bulkRequestsMax),
        decision: z.enum(decisions),
        comment: decisionComment,
        mode: z.enum(bulkModes).openapi({
          description:
            'What one refused request means for the others: nothing is decided, the rest is skipped, or they go on.',
        }),
        is_preview: z.boolean().default(false),
        acting_player_id: decidingPlayer,
      }),
    ),
  },
  responses: {
    200: json('A result for each request, in the order they were sent.', bulkDecisionSchema),
    ...problemAnswers(400, 401, 403, 404, 409, 422, 429),
  },
});

const undoRoute = createRoute({
  method: 'post',
  path: '/credit-requests/bulk-decisions/{bulk_id}/undo',
  summary: 'Undo a bulk decision',
  description:
    'Within ten minutes, takes back what it paid. What was spent is not taken back, and rejections stay; `undo_refusal` of each result says why.',
  ...writing,
  request: {
    params: z.object({ bulk_id: z.uuid() }),
    headers: requiredIdempotencyHeader,
    body: jsonBody(z.object({ acting_player_id: decidingPlayer })),
  },
  responses: {
    200: json('The bulk decision with what was undone.', bulkDecisionSchema),
    ...problemAnswers(400, 401, 403, 404, 409, 410, 422, 429),
  },
});

/** POST /credit-requests/bulk-decisions and …/{bulk_id}/undo */
export function routeBulkDecisions(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(bulkRoute, async (context) => {
    const { comment = null, ...bulk } = context.req.valid('json');
    const made = await serveMovement(context, bulkDecisionSchema, (origin) =>
      bulkDecideCreditRequests(getStore(), { ...bulk, comment, ...origin }),
    );
    return context.json(made, 200);
  });

  app.openapi(undoRoute, async (context) => {
    const undo = { ...context.req.valid('param'), ...context.req.valid('json') };
    const made = await serveMovement(context, bulkDecisionSchema, (origin) =>
      undoBulkDecision(getStore(), { ...undo, ...origin }),
    );
    return context.json(made, 200);
  });
}
