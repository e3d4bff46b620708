import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { proposedMovementSchema } from '#store/credits/movements/credit-movement-schema.ts';
import { reverseCreditTransfer } from '#store/credits/movements/reverse-credit-transfer.ts';
import { getStore } from '../../../_shared/create-store.ts';
import type { ApiEnvironment } from '../../api-environment.ts';
import { requireScope } from '../../authenticate.ts';
import { adminReason, creditActor, requiredIdempotencyHeader } from '../../credit-parts.ts';
import { problemAnswers } from '../../problem-answers.ts';
import { json, jsonBody } from '../../route-parts.ts';
import { serveMovement } from '../../serve-movement.ts';

const proposed = proposedMovementSchema.omit({ replayed: true });

const reversalRoute = createRoute({
  method: 'post',
  path: '/transfers/{transfer_id}/reversal',
  summary: 'Reverse a transfer',
  description:
    'Undoes a grant or a spend by an opposite transfer, once. A grant can be reversed while the player still has that much. The amount of the policy limits reversals as it limits grants.',
  security: [{ ApiKey: [] }],
  middleware: [requireScope('credits:write')] as const,
  request: {
    params: z.object({ transfer_id: z.uuid() }),
    headers: requiredIdempotencyHeader,
    body: jsonBody(z.object({ reason: adminReason, acting_player_id: creditActor })),
  },
  responses: {
    201: json('The transfer was reversed.', proposed),
    202: json('The reversal waits for a second approver; `request` is its proposal.', proposed),
    ...problemAnswers(400, 401, 403, 404, 409, 422, 429),
  },
});

/** POST /transfers/{transfer_id}/reversal */
export function routeTransfers(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(reversalRoute, async (context) => {
    const reversal = { ...context.req.valid('param'), ...context.req.valid('json') };
    const made = await serveMovement(context, proposed, (origin) =>
      reverseCreditTransfer(getStore(), { ...reversal, ...origin }),
    );
    return made.transfer ? context.json(made, 201) : context.json(made, 202);
  });
}
