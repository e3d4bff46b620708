import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { boardKindSchema, boardSummarySchema } from '#domain/leaderboard/board-page-schema.ts';
import { positionMax } from '#domain/leaderboard/limits.ts';
import { latePolicies } from '#domain/leaderboard/vocabulary.ts';
import { createBoard } from '#store/leaderboard/boards/create-board.ts';
import { createdBoardSchema } from '#store/leaderboard/boards/created-board-schema.ts';
import { listBoards } from '#store/leaderboard/boards/list-boards.ts';
import { planSeason } from '#store/leaderboard/boards/plan-season.ts';
import { plannedSeasonSchema } from '#store/leaderboard/boards/planned-season-schema.ts';
import { updateBoard } from '#store/leaderboard/boards/update-board.ts';
import { storableText, storableTime } from '#store/storable.ts';
import { getStore } from '../../_shared/create-store.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { requireScope } from '../authenticate.ts';
import { problemAnswers } from '../problem-answers.ts';
import {
  actingPlayer,
  boardName,
  boardPath,
  idempotencyHeader,
  json,
  jsonBody,
  seasonName,
  timeZone,
} from '../route-parts.ts';
import { serveCommand } from '../serve-command.ts';

/** The settings that may change while a board is active. */
const settings = z.object({
  awards_tiers: z.boolean().optional(),
  announces_ranks: z.boolean().optional().openapi({
    description: 'Whether linked and subscribed players are notified about their rank.',
  }),
  rank_news_top: z.number().int().min(0).max(positionMax).optional().openapi({
    description: 'Every move into, out of or within the top N is announced.',
    example: 100,
  }),
  rank_news_min_places: z.number().int().min(1).max(positionMax).optional().openapi({
    description: 'Below the top N, a player is notified once shifts by others add up to this many places.',
    example: 10,
  }),
  late_policy: z
    .enum(latePolicies)
    .optional()
    .openapi({ description: 'What happens to an event that arrives after its period closed.' }),
  close_grace: z
    .string()
    .regex(/^\d{1,5} (seconds?|minutes?|hours?|days?)$/)
    .optional()
    .openapi({ description: 'How long a period still accepts events after its end.', example: '15 minutes' }),
  title_hold_refreshes: z.number().int().min(0).max(1_000).optional().openapi({
    description: 'A new holder gets a title after keeping the place for this many further refreshes.',
  }),
  acting_player_id: actingPlayer,
});

const listRoute = createRoute({
  method: 'get',
  path: '/boards',
  summary: 'List all boards and their periods',
  responses: {
    200: json('Boards.', z.object({ boards: z.array(boardSummarySchema) })),
    ...problemAnswers(401, 429),
  },
});

const createBoardRoute = createRoute({
  method: 'post',
  path: '/boards',
  summary: 'Make a board',
  description:
    'The current period opens immediately and counts events that already occurred in it. Seasons are planned.',
  security: [{ ApiKey: [] }],
  middleware: [requireScope('boards:manage')] as const,
  request: {
    headers: idempotencyHeader,
    body: jsonBody(
      settings.extend({
        slug: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
        name: boardName,
        kind: boardKindSchema,
        metrics: z
          .array(storableText)
          .min(1)
          .max(100)
          .nullish()
          .openapi({ description: 'The metrics that count; null for all.' }),
        time_zone: timeZone.optional(),
      }),
    ),
  },
  responses: {
    201: json('The board.', createdBoardSchema),
    ...problemAnswers(400, 401, 403, 404, 409, 422, 429),
  },
});

const updateBoardRoute = createRoute({
  method: 'patch',
  path: '/boards/{slug}',
  summary: 'Change a board',
  description:
    'Omitted fields stay as they are. The metrics and the period length cannot change. An inactive board is frozen and only serves its archives.',
  security: [{ ApiKey: [] }],
  middleware: [requireScope('boards:manage')] as const,
  request: {
    params: boardPath,
    headers: idempotencyHeader,
    body: jsonBody(settings.extend({ name: boardName.optional(), is_active: z.boolean().optional() })),
  },
  responses: {
    200: json('The updated board.', createdBoardSchema),
    ...problemAnswers(400, 401, 403, 404, 409, 422, 429),
  },
});

const planSeasonRoute = createRoute({
  method: 'post',
  path: '/boards/{slug}/seasons',
  summary: 'Plan a season',
  description: 'A season starts, closes and is archived automatically. Seasons of a board cannot overlap.',
  security: [{ ApiKey: [] }],
  middleware: [requireScope('boards:manage')] as const,
  request: {
    params: boardPath,
    headers: idempotencyHeader,
    body: jsonBody(
      z.object({
        name: seasonName,
        starts_at: storableTime,
        ends_at: storableTime,
        acting_player_id: actingPlayer,
      }),
    ),
  },
  responses: {
    201: json('The season.', plannedSeasonSchema),
    ...problemAnswers(400, 401, 403, 404, 409, 422, 429),
  },
});

/** GET and POST /boards, PATCH /boards/{slug} and POST /boards/{slug}/seasons */
export function routeBoards(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(listRoute, async (context) => {
    const boards = await listBoards(context.get('reader'));
    return context.json({ boards }, 200);
  });

  app.openapi(createBoardRoute, async (context) => {
    const board = context.req.valid('json');
    const made = await serveCommand(context, createdBoardSchema, ({ source }) =>
      createBoard(getStore(), { ...board, source }),
    );
    return context.json(made, 201);
  });

  app.openapi(updateBoardRoute, async (context) => {
    const change = { board: context.req.valid('param').slug, ...context.req.valid('json') };
    const changed = await serveCommand(context, createdBoardSchema, (origin) =>
      updateBoard(getStore(), { ...change, ...origin }),
    );
    return context.json(changed, 200);
  });

  app.openapi(planSeasonRoute, async (context) => {
    const season = { board: context.req.valid('param').slug, ...context.req.valid('json') };
    const planned = await serveCommand(context, plannedSeasonSchema, ({ source }) =>
      planSeason(getStore(), { ...season, source }),
    );
    return context.json(planned, 201);
  });
}
