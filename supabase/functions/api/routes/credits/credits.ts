import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { getPlayerCredits } from '#store/credits/books/get-player-credits.ts';
import { ledgerPageSchema } from '#store/credits/books/ledger-page-schema.ts';
import { listLedgerEntries } from '#store/credits/books/list-ledger-entries.ts';
import { playerCreditsSchema } from '#store/credits/books/player-credits-schema.ts';
import { getStore } from '../../../_shared/create-store.ts';
import { notFound } from '../../../_shared/problem.ts';
import type { ApiEnvironment } from '../../api-environment.ts';
import { requireScope } from '../../authenticate.ts';
import { creditType } from '../../credit-parts.ts';
import { problemAnswers } from '../../problem-answers.ts';
import { cursorQuery, json, playerPath } from '../../route-parts.ts';

const balanceRoute = createRoute({
  method: 'get',
  path: '/credits/{player_id}',
  summary: 'The credits of a player',
  description:
    'By type, what is available and what is on hold; and how much of the available credits expires at which moment, the next 50 moments.',
  security: [{ ApiKey: [] }],
  middleware: [requireScope('credits:read')] as const,
  request: { params: playerPath },
  responses: {
    200: json('The credits.', playerCreditsSchema),
    ...problemAnswers(401, 403, 404, 422, 429),
  },
});

const ledgerRoute = createRoute({
  method: 'get',
  path: '/credits/{player_id}/ledger',
  summary: 'The ledger of a player',
  description: 'Every change of the balances, newest first, with the balance before and after.',
  security: [{ ApiKey: [] }],
  middleware: [requireScope('credits:read')] as const,
  request: {
    params: playerPath,
    query: z.object({
      credit_type: creditType.optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      cursor: cursorQuery,
    }),
  },
  responses: {
    200: json('The page.', ledgerPageSchema),
    ...problemAnswers(400, 401, 403, 404, 422, 429),
  },
});

/** GET /credits/{player_id} and its ledger */
export function routeCredits(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(balanceRoute, async (context) => {
    const credits = await getPlayerCredits(getStore(), context.req.valid('param'));
    if (!credits) throw notFound('player_not_found', 'player');
    return context.json(credits, 200);
  });

  app.openapi(ledgerRoute, async (context) => {
    const { player_id } = context.req.valid('param');
    const { limit: maxRows, cursor: before, credit_type } = context.req.valid('query');
    const page = await listLedgerEntries(getStore(), { player_id, credit_type, before, max_rows: maxRows });
    if (page.entries.length === 0 && !(await getPlayerCredits(getStore(), { player_id }))) {
      throw notFound('player_not_found', 'player');
    }
    return context.json(page, 200);
  });
}
