import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  creditMovementSchema,
  proposedMovementSchema,
} from '#store/credits/movements/credit-movement-schema.ts';
import { grantCredits } from '#store/credits/movements/grant-credits.ts';
import { holdCredits } from '#store/credits/movements/hold-credits.ts';
import { spendCredits } from '#store/credits/movements/spend-credits.ts';
import { storableTime } from '#store/storable.ts';
import { getStore } from '../../../_shared/create-store.ts';
import type { ApiEnvironment } from '../../api-environment.ts';
import { requireScope } from '../../authenticate.ts';
import {
  adminReason,
  creditActor,
  creditAmount,
  creditType,
  requiredIdempotencyHeader,
  transferReason,
} from '../../credit-parts.ts';
import { problemAnswers } from '../../problem-answers.ts';
import { json, jsonBody, playerPath } from '../../route-parts.ts';
import { serveMovement } from '../../serve-movement.ts';

const movement = creditMovementSchema.omit({ replayed: true });
const proposed = proposedMovementSchema.omit({ replayed: true });
const command = {
  security: [{ ApiKey: [] }],
  middleware: requireScope('credits:write'),
};

const grantRoute = createRoute({
  method: 'post',
  path: '/credits/{player_id}/grants',
  summary: 'Grant credits',
  description:
    'Issues credits, which may expire. One key or admin may grant a player up to the amount of the policy within a day; the keys count together.',
  ...command,
  request: {
    params: playerPath,
    headers: requiredIdempotencyHeader,
    body: jsonBody(
      z.object({
        credit_type: creditType,
        amount: creditAmount,
        reason: adminReason,
        expires_at: storableTime.nullish().openapi({ description: 'Null for credits that do not expire.' }),
        acting_player_id: creditActor,
      }),
    ),
  },
  responses: {
    201: json('The credits were granted.', proposed),
    202: json('The grant waits for a second approver; `request` is its proposal.', proposed),
    ...problemAnswers(400, 401, 403, 404, 409, 422, 429),
  },
});

const taking = {
  ...command,
  request: {
    params: playerPath,
    headers: requiredIdempotencyHeader,
    body: jsonBody(z.object({ credit_type: creditType, amount: creditAmount, reason: transferReason })),
  },
};

const spendRoute = createRoute({
  method: 'post',
  path: '/credits/{player_id}/spends',
  summary: 'Spend credits',
  description: 'Takes the credits that expire soonest first. Refused if the player has fewer available.',
  ...taking,
  responses: {
    201: json('The credits were spent.', movement),
    ...problemAnswers(400, 401, 403, 404, 409, 422, 429),
  },
});

const holdRoute = createRoute({
  method: 'post',
  path: '/credits/{player_id}/holds',
  summary: 'Hold credits',
  description:
    'Sets credits aside until it is known what they are spent on. `transfer.id` is the hold: post or void it.',
  ...taking,
  responses: {
    201: json('The credits are on hold.', movement),
    ...problemAnswers(400, 401, 403, 404, 409, 422, 429),
  },
});

/** POST /credits/{player_id}/grants, /spends and /holds */
export function routeCreditMovements(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(grantRoute, async (context) => {
    const grant = { ...context.req.valid('param'), ...context.req.valid('json') };
    const made = await serveMovement(context, proposed, (origin) =>
      grantCredits(getStore(), { ...grant, ...origin }),
    );
    return made.transfer ? context.json(made, 201) : context.json(made, 202);
  });

  app.openapi(spendRoute, async (context) => {
    const spend = { ...context.req.valid('param'), ...context.req.valid('json') };
    const spent = await serveMovement(context, movement, (origin) =>
      spendCredits(getStore(), { ...spend, ...origin }),
    );
    return context.json(spent, 201);
  });

  app.openapi(holdRoute, async (context) => {
    const hold = { ...context.req.valid('param'), ...context.req.valid('json') };
    const held = await serveMovement(context, movement, (origin) =>
      holdCredits(getStore(), { ...hold, ...origin }),
    );
    return context.json(held, 201);
  });
}
