import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { comparePlayers } from '#store/leaderboard/reads/compare-players.ts';
import { sideBySideSchema } from '#store/leaderboard/reads/player-comparison-schema.ts';
import { toProblemError } from '../../_shared/problem.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { problemAnswers } from '../problem-answers.ts';
import { boardQuery, json } from '../route-parts.ts';

const compareRoute = createRoute({
  method: 'get',
  path: '/compare',
  summary: 'Compare two players',
  description: 'Who leads on each board, by how many points and since when, and points by metric.',
  request: { query: z.object({ first: z.uuid(), second: z.uuid(), board: boardQuery }) },
  responses: { 200: json('The comparison.', sideBySideSchema), ...problemAnswers(401, 404, 422, 429) },
});

/** GET /compare */
export function routeCompare(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(compareRoute, async (context) => {
    const { first, second, board } = context.req.valid('query');
    const outcome = await comparePlayers(context.get('reader'), { board, player_ids: [first, second] });
    if (!outcome.ok) throw toProblemError(outcome.refusal);
    return context.json(outcome.value, 200);
  });
}
