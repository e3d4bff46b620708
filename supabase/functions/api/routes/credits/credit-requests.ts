import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { creditBalancesSchema } from '#domain/credits/credit-balances-schema.ts';
import { creditDecisionSchema, creditRequestSchema } from '#domain/credits/credit-request-schema.ts';
import { requestAmountMax } from '#domain/credits/limits.ts';
import { requestHistorySchema, requestQueueSchema } from '#domain/credits/request-queue-schema.ts';
import { creditRequestStates, decisions } from '#domain/credits/vocabulary.ts';
import { decideCreditRequest } from '#store/credits/decide-credit-request.ts';
import { getRequestHistory } from '#store/credits/queue/get-request-history.ts';
import { listRequestQueue } from '#store/credits/queue/list-request-queue.ts';
import { requestCredits } from '#store/credits/request-credits.ts';
import { recordRefusedAttempt } from '#store/platform/record-refused-attempt.ts';
import { storableText, storableTime } from '#store/storable.ts';
import { getStore } from '../../../_shared/create-store.ts';
import { notFound } from '../../../_shared/problem.ts';
import type { ApiEnvironment } from '../../api-environment.ts';
import { requireScope } from '../../authenticate.ts';
import {
  adminReason,
  creditType,
  decidingPlayer,
  decisionComment,
  requiredIdempotencyHeader,
} from '../../credit-parts.ts';
import { problemAnswers } from '../../problem-answers.ts';
import { cursorQuery, json, jsonBody } from '../../route-parts.ts';
import { serveMovement } from '../../serve-movement.ts';

const reading = { security: [{ ApiKey: [] }], middleware: requireScope('credits:read') };
const writing = { security: [{ ApiKey: [] }], middleware: requireScope('requests:write') };
const requestPath = z.object({ request_id: z.uuid() });
const amount = z.coerce.number().int().min(0).max(requestAmountMax);
const decided = z.object({
  request: creditRequestSchema,
  decision: creditDecisionSchema,
  balances: creditBalancesSchema,
});

const listRoute = createRoute({
  method: 'get',
  path: '/credit-requests',
  summary: 'List credit requests',
  description:
    'Pending requests oldest first, because they expire first; all others newest first. Each with the balances, rank and earlier requests of its requester, and the number of requests of each state that pass the filters.',
  ...reading,
  request: {
    query: z.object({
      state: z.enum([...creditRequestStates, 'all']).default('pending'),
      credit_type: creditType.optional(),
      amount_min: amount.optional(),
      amount_max: amount.optional(),
      created_before: storableTime.optional(),
      player_id: z.uuid().optional().openapi({ description: 'Who requested.' }),
      approver_id: z.uuid().optional().openapi({ description: 'Who decided.' }),
      text: storableText.min(1).max(100).optional().openapi({
        description: 'Part of the reason or of the name of the requester.',
      }),
      limit: z.coerce.number().int().min(1).max(100).default(30),
      cursor: cursorQuery,
    }),
  },
  responses: { 200: json('The page.', requestQueueSchema), ...problemAnswers(400, 401, 403, 422, 429) },
});

const readRoute = createRoute({
  method: 'get',
  path: '/credit-requests/{request_id}',
  summary: 'A credit request and its history',
  description: 'Everything that happened to it, oldest first.',
  ...reading,
  request: { params: requestPath },
  responses: { 200: json('The request.', requestHistorySchema), ...problemAnswers(401, 403, 404, 422, 429) },
});

const createRequestRoute = createRoute({
  method: 'post',
  path: '/credit-requests',
  summary: 'Request credits for a player',
  description: 'The player is the requester, within the limits of the policy. Approvers are notified.',
  ...writing,
  request: {
    headers: requiredIdempotencyHeader,
    body: jsonBody(
      z.object({
        player_id: z.uuid(),
        credit_type: creditType,
        amount: z.number().int().min(1).max(requestAmountMax),
        reason: adminReason,
      }),
    ),
  },
  responses: {
    201: json('The request.', creditRequestSchema),
    ...problemAnswers(400, 401, 403, 404, 409, 422, 429),
  },
});

const decideRoute = createRoute({
  method: 'post',
  path: '/credit-requests/{request_id}/decisions',
  summary: 'Decide a credit request',
  description:
    'Exactly one decision is ever final; whoever comes later gets a 409 that names the approver. Above the amount of the policy, the first of two approvals leaves the request pending.',
  ...writing,
  request: {
    params: requestPath,
    headers: requiredIdempotencyHeader,
    body: jsonBody(
      z.object({ decision: z.enum(decisions), comment: decisionComment, acting_player_id: decidingPlayer }),
    ),
  },
  responses: {
    201: json('The request as it is now, the decision, and the balances of the player.', decided),
    ...problemAnswers(400, 401, 403, 404, 409, 410, 422, 429),
  },
});

/** GET and POST /credit-requests, GET /credit-requests/{request_id}, POST …/decisions */
export function routeCreditRequests(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(listRoute, async (context) => {
    const { state, limit: maxRows, cursor: after, ...filter } = context.req.valid('query');
    const page = await listRequestQueue(getStore(), {
      state: state === 'all' ? null : state,
      filter,
      after,
      max_rows: maxRows,
    });
    return context.json(page, 200);
  });

  app.openapi(readRoute, async (context) => {
    const history = await getRequestHistory(getStore(), context.req.valid('param'));
    if (!history) throw notFound('request_not_found', 'credit request');
    return context.json(history, 200);
  });

  app.openapi(createRequestRoute, async (context) => {
    const { player_id: actingPlayerId, ...request } = context.req.valid('json');
    const made = await serveMovement(context, creditRequestSchema, (origin) =>
      requestCredits(getStore(), { ...request, acting_player_id: actingPlayerId, ...origin }),
    );
    return context.json(made, 201);
  });

  app.openapi(decideRoute, async (context) => {
    const { request_id } = context.req.valid('param');
    const { comment = null, ...decision } = context.req.valid('json');
    const made = await serveMovement(context, decided, async (origin) => {
      const outcome = await decideCreditRequest(getStore(), { request_id, comment, ...decision, ...origin });
      if (!outcome.ok && outcome.refusal.code === 'manager_only') {
        await recordRefusedAttempt(getStore(), {
          action: `${decision.decision}_request`,
          subject_id: request_id,
          refusal: outcome.refusal.code,
          acting_player_id: decision.acting_player_id,
          ...origin,
        });
      }
      return outcome;
    });
    return context.json(made, 201);
  });
}
