import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { endedHoldSchema } from '#store/credits/movements/credit-movement-schema.ts';
import { endCreditHold } from '#store/credits/movements/end-credit-hold.ts';
import { getStore } from '../../../_shared/create-store.ts';
import type { ApiEnvironment } from '../../api-environment.ts';
import { requireScope } from '../../authenticate.ts';
import { creditAmount, requiredIdempotencyHeader } from '../../credit-parts.ts';
import { problemAnswers } from '../../problem-answers.ts';
import { json, jsonBody } from '../../route-parts.ts';
import { serveMovement } from '../../serve-movement.ts';

const ended = endedHoldSchema.omit({ replayed: true });
const holdPath = z.object({
  hold_id: z.uuid().openapi({ description: 'The `transfer.id` of the hold.' }),
});
const command = {
  security: [{ ApiKey: [] }],
  middleware: requireScope('credits:write'),
};

const postRoute = createRoute({
  method: 'post',
  path: '/holds/{hold_id}/post',
  summary: 'Post a hold',
  description:
    'Spends what was held, or a part of it. `open_amount` stays on hold: post more of it, or void it.',
  ...command,
  request: {
    params: holdPath,
    headers: requiredIdempotencyHeader,
    body: jsonBody(
      z.object({
        amount: creditAmount.optional().openapi({ description: 'All that is left by default.' }),
      }),
    ),
  },
  responses: {
    201: json('The credits were spent.', ended),
    ...problemAnswers(400, 401, 403, 404, 409, 422, 429),
  },
});

const voidRoute = createRoute({
  method: 'post',
  path: '/holds/{hold_id}/void',
  summary: 'Void a hold',
  description: 'Returns all that is left of the hold to the player. Needs no body.',
  ...command,
  request: { params: holdPath, headers: requiredIdempotencyHeader },
  responses: {
    201: json('The credits are available again.', ended),
    ...problemAnswers(400, 401, 403, 404, 409, 422, 429),
  },
});

/** POST /holds/{hold_id}/post and /void */
export function routeHolds(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(postRoute, async (context) => {
    const post = { ...context.req.valid('param'), ...context.req.valid('json') };
    const posted = await serveMovement(context, ended, (origin) =>
      endCreditHold(getStore(), { ...post, ...origin, ending: 'capture' }),
    );
    return context.json(posted, 201);
  });

  app.openapi(voidRoute, async (context) => {
    const hold = context.req.valid('param');
    const voided = await serveMovement(context, ended, (origin) =>
      endCreditHold(getStore(), { ...hold, ...origin, ending: 'release' }),
    );
    return context.json(voided, 201);
  });
}
