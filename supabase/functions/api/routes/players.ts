import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { upsertPlayer } from '#store/identity/upsert-player.ts';
import { getPlayerStats } from '#store/leaderboard/reads/get-player-stats.ts';
import { getRankHistory } from '#store/leaderboard/reads/get-rank-history.ts';
import { playerStatsSchema } from '#store/leaderboard/reads/player-stats-schema.ts';
import { historySchema } from '#store/leaderboard/reads/rank-history-schema.ts';
import { storableUrl } from '#store/storable.ts';
import { getStore } from '../../_shared/create-store.ts';
import { notFound, toProblemError } from '../../_shared/problem.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { nameSource, requireScope } from '../authenticate.ts';
import { problemAnswers } from '../problem-answers.ts';
import { boardQuery, displayName, historyQuery, json, jsonBody, playerPath } from '../route-parts.ts';

const playerSchema = z
  .object({
    id: z.uuid(),
    username: z.string(),
    display_name: z.string(),
    avatar_url: z.string().nullable(),
    is_ranked: z.boolean(),
    left_at: z.string().nullable(),
    created_at: z.string(),
    created: z.boolean().openapi({ description: 'True if this call created the player.' }),
  })
  .openapi('Player');

const putRoute = createRoute({
  method: 'put',
  path: '/players/{player_id}',
  summary: 'Create or update a player',
  description: 'For the DealScale backend. Omitted fields stay as they are. Idempotent.',
  security: [{ ApiKey: [] }],
  middleware: [requireScope('players:write')] as const,
  request: {
    params: playerPath,
    body: jsonBody(
      z.object({
        username: z
          .string()
          .regex(/^[a-z0-9_.-]{2,32}$/)
          .regex(/[a-z0-9]/, 'A username needs at least one letter or digit.'),
        display_name: displayName,
        avatar_url: storableUrl.max(2_048).nullish(),
        is_ranked: z
          .boolean()
          .optional()
          .openapi({ description: 'False for staff, who appear on no board.' }),
        has_left: z.boolean().optional().openapi({ description: 'True removes the player from all boards.' }),
      }),
    ),
  },
  responses: { 200: json('The player.', playerSchema), ...problemAnswers(400, 401, 403, 409, 422, 429) },
});

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

/** PUT and GET /players/{player_id}, the player's stats and history. */
export function routePlayers(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(putRoute, async (context) => {
    const { player_id } = context.req.valid('param');
    const source = nameSource(context);
    const outcome = await upsertPlayer(getStore(), { ...context.req.valid('json'), player_id, source });
    if (!outcome.ok) throw toProblemError(outcome.refusal);
    return context.json(outcome.value, 200);
  });

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
}
