import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { positionMax } from '#domain/leaderboard/position-max.ts';
import { createBoard, createdBoardSchema } from '#store/leaderboard/boards/create-board.ts';
import { plannedSeasonSchema, planSeason } from '#store/leaderboard/boards/plan-season.ts';
import { updateBoard } from '#store/leaderboard/boards/update-board.ts';
import { boardKindSchema } from '#store/leaderboard/reads/board-page-schema.ts';
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

/** What may also be changed about a board while it is played. */
const settings = z.object({
  awards_tiers: z.boolean().optional(),
  announces_ranks: z.boolean().optional().openapi({
    description: 'Whether linked and subscribed players are told about their position, as far as it matters.',
  }),
  rank_news_top: z.number().int().min(0).max(positionMax).optional().openapi({
    description: 'To or from one of the first so many positions every place matters.',
    example: 100,
  }),
  rank_news_min_places: z.number().int().min(1).max(positionMax).optional().openapi({
    description:
      'Further down, being shifted by others is told once it adds up to so many places since it was last told.',
    example: 10,
  }),
  late_policy: z
    .enum(['refuse', 'next_period'])
    .optional()
    .openapi({ description: 'What becomes of an event that arrives after its period closed.' }),
  close_grace: z
    .string()
    .regex(/^\d{1,5} (seconds?|minutes?|hours?|days?)$/)
    .optional()
    .openapi({ description: 'How long after its end a period still takes events.', example: '15 minutes' }),
  title_hold_refreshes: z.number().int().min(0).max(1_000).optional().openapi({
    description:
      'A title passes to a new holder after they have kept the place for this many further refreshes.',
  }),
  acting_player_id: actingPlayer,
});

const createBoardRoute = createRoute({
  method: 'post',
  path: '/boards',
  summary: 'Make a board',
  description:
    'Its running period opens at once and counts what already occurred in it; seasons are planned.',
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
          .openapi({ description: 'Only these count; null: all.' }),
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
    'What is left out stays as it is. What counts, and when periods begin, never changes. A board that is not active stands still and shows its archives only.',
  security: [{ ApiKey: [] }],
  middleware: [requireScope('boards:manage')] as const,
  request: {
    params: boardPath,
    headers: idempotencyHeader,
    body: jsonBody(settings.extend({ name: boardName.optional(), is_active: z.boolean().optional() })),
  },
  responses: {
    200: json('The board as it is now.', createdBoardSchema),
    ...problemAnswers(400, 401, 403, 404, 409, 422, 429),
  },
});

const planSeasonRoute = createRoute({
  method: 'post',
  path: '/boards/{slug}/seasons',
  summary: 'Plan a season',
  description: 'It begins, closes and is archived by itself. Seasons of a board never overlap.',
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

/** POST /boards, PATCH /boards/{slug} and POST /boards/{slug}/seasons */
export function routeManageBoards(app: OpenAPIHono<ApiEnvironment>): void {
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
