import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { boardPageSchema } from '#store/leaderboard/board-page-schema.ts';
import { exportPeriod, periodExportSchema } from '#store/leaderboard/export-period.ts';
import { getBoardAt } from '#store/leaderboard/get-board-at.ts';
import { boardStatisticsSchema, getBoardStatistics } from '#store/leaderboard/get-board-statistics.ts';
import { getRankHistory, historySchema } from '#store/leaderboard/get-rank-history.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { notFound, toProblemError } from '../problem.ts';
import { problemAnswers } from '../problem-answers.ts';
import { boardPath, json, windowQuery } from '../route-parts.ts';

const statisticsRoute = createRoute({
  method: 'get',
  path: '/boards/{slug}/statistics',
  summary: 'Numbers of a board',
  description: 'Players, mean, extremes, percentiles, and the score that each tier takes.',
  request: { params: boardPath },
  responses: { 200: json('The numbers.', boardStatisticsSchema), ...problemAnswers(401, 404, 422, 429) },
});

const historyRoute = createRoute({
  method: 'get',
  path: '/boards/{slug}/history',
  summary: 'Positions and scores of up to ten players over time',
  request: {
    params: boardPath,
    query: z.object({
      players: z.string().openapi({ description: 'One to ten ids, separated by commas.' }),
      window: windowQuery,
      max_points: z.coerce.number().int().min(2).max(500).default(60),
    }),
  },
  responses: {
    200: json('The history.', z.object({ history: historySchema })),
    ...problemAnswers(400, 401, 404, 422, 429),
  },
});

const atRoute = createRoute({
  method: 'get',
  path: '/boards/{slug}/at',
  summary: 'A board as it was published at a past moment',
  request: {
    params: boardPath,
    query: z.object({
      at: z.iso.datetime({ offset: true }),
      limit: z.coerce.number().int().min(1).max(500).default(100),
      period_id: z.coerce.number().int().optional(),
    }),
  },
  responses: { 200: json('The page.', boardPageSchema), ...problemAnswers(401, 404, 422, 429) },
});

const exportRoute = createRoute({
  method: 'get',
  path: '/boards/{slug}/periods/{period_id}/export',
  summary: 'The sealed archive of a closed period',
  description: 'In parts of up to 10,000 rows, as JSON or CSV. The Link header names the next part.',
  request: {
    params: boardPath.extend({ period_id: z.coerce.number().int() }),
    query: z.object({
      format: z.enum(['json', 'csv']).default('json'),
      after_position: z.coerce.number().int().min(0).default(0),
      max_rows: z.coerce.number().int().min(1).max(10_000).default(1_000),
    }),
  },
  responses: {
    200: {
      description: 'A part of the archive.',
      content: { 'application/json': { schema: periodExportSchema }, 'text/csv': { schema: z.string() } },
    },
    ...problemAnswers(401, 404, 409, 422, 429),
  },
});

/** GET /boards/{slug}/statistics, /history, /at and the export of closed periods. */
export function routeBoardPast(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(statisticsRoute, async (context) => {
    const { slug } = context.req.valid('param');
    const statistics = await getBoardStatistics(context.get('reader'), { board: slug });
    if (!statistics) throw notFound('board_not_found', 'board');
    return context.json(statistics, 200);
  });

  app.openapi(historyRoute, async (context) => {
    const { slug } = context.req.valid('param');
    const { players, ...query } = context.req.valid('query');
    const player_ids = z.array(z.uuid()).min(1).max(10).safeParse(players.split(','));
    if (!player_ids.success) throw notFound('players_invalid', 'list of players');
    const args = { board: slug, player_ids: player_ids.data, ...query };
    const history = await getRankHistory(context.get('reader'), args);
    if (!history) throw notFound('board_not_found', 'board');
    return context.json({ history }, 200);
  });

  app.openapi(atRoute, async (context) => {
    const { slug } = context.req.valid('param');
    const page = await getBoardAt(context.get('reader'), { board: slug, ...context.req.valid('query') });
    if (!page) throw notFound('moment_not_found', 'board, or moment that is still kept');
    return context.json(page, 200);
  });

  app.openapi(exportRoute, async (context) => {
    const { slug, period_id } = context.req.valid('param');
    const { format, ...range } = context.req.valid('query');
    const outcome = await exportPeriod(context.get('reader'), { board: slug, period_id, format, ...range });
    if (!outcome.ok) throw toProblemError(outcome.refusal);
    const { csv, next_position } = outcome.value;
    if (next_position !== null) {
      const next = new URL(context.req.url);
      next.searchParams.set('after_position', String(next_position));
      context.header('link', `<${next.search}>; rel="next"`);
    }
    if (csv === undefined) return context.json(outcome.value, 200);
    context.header('content-disposition', `attachment; filename="${slug}-${period_id}.csv"`);
    return context.body(csv, 200, { 'content-type': 'text/csv; charset=utf-8' });
  });
}
