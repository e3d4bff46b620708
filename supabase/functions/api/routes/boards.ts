import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { boardPageSchema } from '#store/leaderboard/board-page-schema.ts';
import { getBoardPage } from '#store/leaderboard/get-board-page.ts';
import { getStanding } from '#store/leaderboard/get-standing.ts';
import { getStandingsAround } from '#store/leaderboard/get-standings-around.ts';
import { boardSummariesSchema, listBoards } from '#store/leaderboard/list-boards.ts';
import { standingSchema } from '#store/leaderboard/standing-schema.ts';
import { answerWithEtag } from '../answer-with-etag.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { notFound, ProblemError } from '../problem.ts';
import { problemAnswers } from '../problem-answers.ts';
import { boardPath, json, movementQuery, playerPath } from '../route-parts.ts';

const listRoute = createRoute({
  method: 'get',
  path: '/boards',
  summary: 'All boards and their periods',
  responses: {
    200: json('Boards.', z.object({ boards: boardSummariesSchema })),
    ...problemAnswers(401, 429),
  },
});

const pageRoute = createRoute({
  method: 'get',
  path: '/boards/{slug}/standings',
  summary: 'A page of a board',
  description:
    'From the top, after a cursor, from a position on, or around a player. Answers 304 to a known ETag.',
  request: {
    params: boardPath,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(500).default(50),
      cursor: z.string().max(500).optional(),
      from_position: z.coerce.number().int().min(1).optional(),
      around: z
        .uuid()
        .optional()
        .openapi({ description: 'A player: the page holds the neighbours on both sides.' }),
      period_id: z.coerce.number().int().optional(),
      movement: movementQuery,
    }),
  },
  responses: {
    200: json('The page.', boardPageSchema),
    304: { description: 'Unchanged.' },
    ...problemAnswers(400, 401, 404, 422, 429),
  },
});

const standingRoute = createRoute({
  method: 'get',
  path: '/boards/{slug}/standings/{player_id}',
  summary: 'Where one player stands',
  request: {
    params: boardPath.extend(playerPath.shape),
    query: z.object({ period_id: z.coerce.number().int().optional(), movement: movementQuery }),
  },
  responses: { 200: json('The standing.', standingSchema), ...problemAnswers(401, 404, 422, 429) },
});

/** The page around a player, with the header of the board that a page always has. */
async function readAround(
  reader: ApiEnvironment['Variables']['reader'],
  query: z.output<typeof pageRoute.request.query>,
  board: string,
) {
  const { around: player_id = '', limit, period_id, movement } = query;
  const each_side = Math.min(100, Math.max(1, Math.floor((limit - 1) / 2)));
  const [page, standings] = await Promise.all([
    getBoardPage(reader, { board, limit: 1, period_id, movement }),
    getStandingsAround(reader, { board, player_id, each_side, period_id, movement }),
  ]);
  if (page && !standings) throw notFound('player_not_on_board', 'player on this board');
  return page && standings && { ...page, standings, next_cursor: null };
}

/** GET /boards, its pages and single standings. */
export function routeBoards(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(listRoute, async (context) => {
    const boards = await listBoards(context.get('reader'));
    return context.json({ boards }, 200);
  });

  app.openapi(pageRoute, async (context) => {
    const { slug } = context.req.valid('param');
    const query = context.req.valid('query');
    if ([query.cursor, query.from_position, query.around].filter((start) => start !== undefined).length > 1) {
      const detail = 'Send only one of cursor, from_position and around.';
      throw new ProblemError({
        status: 400,
        code: 'start_ambiguous',
        title: 'The page has several starts.',
        detail,
      });
    }
    const { around, ...args } = query;
    const reader = context.get('reader');
    const page = around
      ? await readAround(reader, query, slug)
      : await getBoardPage(reader, { board: slug, ...args });
    if (!page) throw notFound('board_not_found', 'board or period');
    const answer = await answerWithEtag(context, page, page.board.version);
    return answer.isKnown ? context.body(null, 304) : context.json(answer.value, 200);
  });

  app.openapi(standingRoute, async (context) => {
    const { slug, player_id } = context.req.valid('param');
    const standing = await getStanding(context.get('reader'), {
      board: slug,
      player_id,
      ...context.req.valid('query'),
    });
    if (!standing) throw notFound('player_not_on_board', 'player on this board');
    return context.json(standing, 200);
  });
}
