import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { pageRowsMax } from '#domain/leaderboard/limits.ts';
import { explainMovement } from '#store/leaderboard/reads/explain-movement.ts';
import { getPlayerStats } from '#store/leaderboard/reads/get-player-stats.ts';
import { getRankHistory } from '#store/leaderboard/reads/get-rank-history.ts';
import { explanationSchema } from '#store/leaderboard/reads/movement-explanation-schema.ts';
import { playerStatsSchema } from '#store/leaderboard/reads/player-stats-schema.ts';
import { historySchema } from '#store/leaderboard/reads/rank-history-schema.ts';
import { notFound } from '../../_shared/problem.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { problemAnswers } from '../problem-answers.ts';
import { boardPath, boardQuery, historyQuery, json, movementQuery, playerPath } from '../route-parts.ts';

const profileSchema = playerStatsSchema.pick({
  player_id: true,
  username: true,
  display_name: true,
  avatar_url: true,
  created_at: true,
  left_at: true,
  is_anonymous: true,
  standings: true,
  tiers: true,
});

const playerRoute = createRoute({
  method: 'get',
  path: '/players/{player_id}',
  summary: 'A player and their standings',
  description: 'Without a key that has the scope players:read, only players who show their identity.',
  request: { params: playerPath },
  responses: { 200: json('The player.', profileSchema), ...problemAnswers(401, 404, 422, 429) },
});

const statsRoute = createRoute({
  method: 'get',
  path: '/players/{player_id}/stats',
  summary: 'Player statistics',
  description: 'Totals by metric, points per day for the last 90 days, recent events and past periods.',
  request: { params: playerPath },
  responses: { 200: json('The numbers.', playerStatsSchema), ...problemAnswers(401, 404, 422, 429) },
});

const historyRoute = createRoute({
  method: 'get',
  path: '/players/{player_id}/history',
  summary: 'Positions and scores of a player over time',
  request: {
    params: playerPath,
    query: historyQuery.extend({ board: boardQuery }),
  },
  responses: {
    200: json('The history.', z.object({ history: historySchema })),
    ...problemAnswers(401, 404, 422, 429),
  },
});

const movementRoute = createRoute({
  method: 'get',
  path: '/boards/{slug}/standings/{player_id}/movement',
  summary: 'Why a player moved',
  description:
    "The player's own events since the window began, the players who overtook them and those they overtook.",
  request: {
    params: boardPath.extend(playerPath.shape),
    query: z.object({
      since: movementQuery,
      max_rows: z.coerce.number().int().min(1).max(pageRowsMax.explain_movement).default(10),
    }),
  },
  responses: { 200: json('The explanation.', explanationSchema), ...problemAnswers(401, 404, 422, 429) },
});

/** GET /players/{player_id}, its stats and history, and the explanation of a move. */
export function routePlayerReads(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(playerRoute, async (context) => {
    const { player_id } = context.req.valid('param');
    const stats = await getPlayerStats(context.get('reader'), { player_id });
    if (!stats) throw notFound('player_not_found', 'player');
    return context.json(profileSchema.parse(stats), 200);
  });

  app.openapi(statsRoute, async (context) => {
    const { player_id } = context.req.valid('param');
    const stats = await getPlayerStats(context.get('reader'), { player_id });
    if (!stats) throw notFound('player_not_found', 'player');
    return context.json(stats, 200);
  });

  app.openapi(historyRoute, async (context) => {
    const { player_id } = context.req.valid('param');
    const { window: since, ...query } = context.req.valid('query');
    const history = await getRankHistory(context.get('reader'), { player_ids: [player_id], since, ...query });
    if (history.length === 0) throw notFound('player_not_found', 'player');
    return context.json({ history }, 200);
  });

  app.openapi(movementRoute, async (context) => {
    const { slug, player_id } = context.req.valid('param');
    const args = { board: slug, player_id, ...context.req.valid('query') };
    const explanation = await explainMovement(context.get('reader'), args);
    if (!explanation) throw notFound('player_not_on_board', 'player on this board');
    return context.json(explanation, 200);
  });
}
