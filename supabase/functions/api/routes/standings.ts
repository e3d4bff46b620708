import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { boardPageSchema } from '#domain/leaderboard/board-page-schema.ts';
import { neighboursMax, pageRowsMax, standingsPlayersMax } from '#domain/leaderboard/limits.ts';
import { standingSchema } from '#domain/leaderboard/standing-schema.ts';
import { explainMovement } from '#store/leaderboard/reads/explain-movement.ts';
import { getBoardPage } from '#store/leaderboard/reads/get-board-page.ts';
import { getStanding } from '#store/leaderboard/reads/get-standing.ts';
import { getStandings } from '#store/leaderboard/reads/get-standings.ts';
import { getStandingsAround } from '#store/leaderboard/reads/get-standings-around.ts';
import { explanationSchema } from '#store/leaderboard/reads/movement-explanation-schema.ts';
import { notFound, ProblemError } from '../../_shared/problem.ts';
import { answerWithEtag } from '../answer-with-etag.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { problemAnswers } from '../problem-answers.ts';
import {
  boardPath,
  cursorQuery,
  json,
  movementQuery,
  periodQuery,
  playerPath,
  playersQuery,
  positionQuery,
} from '../route-parts.ts';

const pageRoute = createRoute({
  method: 'get',
  path: '/boards/{slug}/standings',
  summary: 'A page of a board',
  description:
    'Starts at the top, after a cursor, at a position, around a player, or lists several players. Answers 304 if the ETag matches.',
  request: {
    params: boardPath,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(500).default(50),
      cursor: cursorQuery,
      from_position: positionQuery(1).optional(),
      around: z.uuid().optional().openapi({
        description: 'A player id. The page shows as many neighbours above as below, up to 100 each.',
      }),
      players: playersQuery(standingsPlayersMax).optional(),
      period_id: periodQuery,
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
  summary: 'The standing of one player',
  request: {
    params: boardPath.extend(playerPath.shape),
    query: z.object({ period_id: periodQuery, movement: movementQuery }),
  },
  responses: { 200: json('The standing.', standingSchema), ...problemAnswers(401, 404, 422, 429) },
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

type Reader = ApiEnvironment['Variables']['reader'];
type PageQuery = z.output<typeof pageRoute.request.query>;

/** The page around a player, with the board header of a regular page. */
async function readAround(reader: Reader, query: PageQuery, board: string) {
  const { around: playerId = '', limit, period_id, movement } = query;
  const eachSide = Math.min(neighboursMax, Math.floor((limit - 1) / 2));
  const [page, standings] = await Promise.all([
    getBoardPage(reader, { board, max_rows: 1, period_id, movement }),
    getStandingsAround(reader, { board, player_id: playerId, each_side: eachSide, period_id, movement }),
  ]);
  if (!standings) throw notFound('player_not_on_board', 'player on this board');
  return { ...page, standings, next_cursor: null };
}

/** The board header and the requested players in board order. */
async function readSeveral(reader: Reader, { players, period_id, movement }: PageQuery, board: string) {
  const [page, standings] = await Promise.all([
    getBoardPage(reader, { board, max_rows: 1, period_id, movement }),
    getStandings(reader, { board, player_ids: players ?? [], period_id, movement }),
  ]);
  return { ...page, standings, next_cursor: null };
}

async function readPage(reader: Reader, query: PageQuery, board: string) {
  if (query.around) return readAround(reader, query, board);
  if (query.players) return readSeveral(reader, query, board);
  const { limit: maxRows, cursor, from_position, period_id, movement } = query;
  return getBoardPage(reader, { board, max_rows: maxRows, cursor, from_position, period_id, movement });
}

/** GET /boards/{slug}/standings, single standings, and why a player moved. */
export function routeStandings(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(pageRoute, async (context) => {
    const { slug } = context.req.valid('param');
    const query = context.req.valid('query');
    const starts = [query.cursor, query.from_position, query.around, query.players];
    if (starts.filter((start) => start !== undefined).length > 1) {
      const detail = 'Send only one of cursor, from_position, around and players.';
      throw new ProblemError({
        status: 400,
        code: 'start_ambiguous',
        title: 'The page has more than one start.',
        detail,
      });
    }
    const page = await readPage(context.get('reader'), query, slug);
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

  app.openapi(movementRoute, async (context) => {
    const { slug, player_id } = context.req.valid('param');
    const args = { board: slug, player_id, ...context.req.valid('query') };
    const explanation = await explainMovement(context.get('reader'), args);
    if (!explanation) throw notFound('player_not_on_board', 'player on this board');
    return context.json(explanation, 200);
  });
}
