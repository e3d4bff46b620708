import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { boardPageSchema } from '#domain/leaderboard/board-page-schema.ts';
import { historyPlayersMax } from '#domain/leaderboard/limits.ts';
import { boardStatisticsSchema } from '#store/leaderboard/boards/board-statistics-schema.ts';
import { getBoardStatistics } from '#store/leaderboard/boards/get-board-statistics.ts';
import { getBoardAt } from '#store/leaderboard/periods/get-board-at.ts';
import { getRankHistory } from '#store/leaderboard/reads/get-rank-history.ts';
import { historySchema } from '#store/leaderboard/reads/rank-history-schema.ts';
import { storableTime } from '#store/storable.ts';
import { notFound, ProblemError } from '../../_shared/problem.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { problemAnswers } from '../problem-answers.ts';
import { boardPath, historyQuery, json, periodQuery, playersQuery, positionQuery } from '../route-parts.ts';

const statisticsRoute = createRoute({
  method: 'get',
  path: '/boards/{slug}/statistics',
  summary: 'Board statistics',
  description: 'Number of players, mean, extremes, percentiles, and the score that each tier requires.',
  request: { params: boardPath },
  responses: { 200: json('The numbers.', boardStatisticsSchema), ...problemAnswers(401, 404, 422, 429) },
});

const historyRoute = createRoute({
  method: 'get',
  path: '/boards/{slug}/history',
  summary: 'Positions and scores of up to ten players over time',
  description: 'Players who do not exist or hide their identity are omitted; a 404 if none is left.',
  request: {
    params: boardPath,
    query: historyQuery.extend({ players: playersQuery(historyPlayersMax) }),
  },
  responses: {
    200: json('The history.', z.object({ history: historySchema })),
    ...problemAnswers(401, 404, 422, 429),
  },
});

const atRoute = createRoute({
  method: 'get',
  path: '/boards/{slug}/at',
  summary: 'A board as it was published at a past moment',
  description:
    'Shows the tiers of that moment. There is no cursor because nothing changes any more; continue with `from_position`.',
  request: {
    params: boardPath,
    query: z.object({
      at: storableTime,
      limit: z.coerce.number().int().min(1).max(500).default(100),
      from_position: positionQuery(1).default(1),
      period_id: periodQuery,
    }),
  },
  responses: { 200: json('The page.', boardPageSchema), ...problemAnswers(401, 404, 422, 429) },
});

/** GET /boards/{slug}/statistics, /history and /at */
export function routeBoardHistory(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(statisticsRoute, async (context) => {
    const { slug } = context.req.valid('param');
    const statistics = await getBoardStatistics(context.get('reader'), { board: slug });
    return context.json(statistics, 200);
  });

  app.openapi(historyRoute, async (context) => {
    const { slug } = context.req.valid('param');
    const { players: playerIds, window: since, ...query } = context.req.valid('query');
    const history = await getRankHistory(context.get('reader'), {
      board: slug,
      player_ids: playerIds,
      since,
      ...query,
    });
    if (history.length === 0) throw notFound('player_not_found', 'player');
    return context.json({ history }, 200);
  });

  app.openapi(atRoute, async (context) => {
    const { slug } = context.req.valid('param');
    const { limit: maxRows, ...query } = context.req.valid('query');
    const page = await getBoardAt(context.get('reader'), { board: slug, max_rows: maxRows, ...query });
    if (!page) {
      const detail = 'Every refresh of the last hour is kept, then one per hour, then one per day.';
      const title = 'The board at that moment is no longer kept.';
      throw new ProblemError({ status: 404, code: 'moment_not_found', title, detail });
    }
    return context.json(page, 200);
  });
}
