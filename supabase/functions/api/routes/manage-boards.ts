import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { boardKindSchema } from '#store/leaderboard/board-page-schema.ts';
import { createBoard, createdBoardSchema } from '#store/leaderboard/create-board.ts';
import { plannedSeasonSchema, planSeason } from '#store/leaderboard/plan-season.ts';
import { getStore } from '../../_shared/create-store.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { requireScope } from '../authenticate.ts';
import { problemAnswers } from '../problem-answers.ts';
import { actingPlayer, boardPath, idempotencyHeader, json, jsonBody } from '../route-parts.ts';
import { serveCommand } from '../serve-command.ts';

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
      z.object({
        slug: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
        name: z.string().min(1).max(80),
        kind: boardKindSchema,
        metrics: z
          .array(z.string())
          .min(1)
          .max(100)
          .nullish()
          .openapi({ description: 'Only these count; null: all.' }),
        time_zone: z.string().min(1).max(64).optional(),
        awards_tiers: z.boolean().optional(),
        late_policy: z.enum(['refuse', 'next_period']).optional().openapi({
          description: 'What becomes of an event that arrives after its period closed.',
        }),
        title_hold_refreshes: z.number().int().min(0).max(1_000).optional().openapi({
          description: 'A new trio of leaders gets the titles after so many further refreshes.',
        }),
        acting_player_id: actingPlayer,
      }),
    ),
  },
  responses: {
    201: json('The board.', createdBoardSchema),
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
        name: z.string().min(1).max(80),
        starts_at: z.iso.datetime({ offset: true }),
        ends_at: z.iso.datetime({ offset: true }),
        acting_player_id: actingPlayer,
      }),
    ),
  },
  responses: {
    201: json('The season.', plannedSeasonSchema),
    ...problemAnswers(400, 401, 403, 404, 409, 422, 429),
  },
});

/** POST /boards and /boards/{slug}/seasons */
export function routeManageBoards(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(createBoardRoute, async (context) => {
    const board = context.req.valid('json');
    const made = await serveCommand(context, createdBoardSchema, () => createBoard(getStore(), board));
    return context.json(made, 201);
  });

  app.openapi(planSeasonRoute, async (context) => {
    const season = { board: context.req.valid('param').slug, ...context.req.valid('json') };
    const planned = await serveCommand(context, plannedSeasonSchema, () => planSeason(getStore(), season));
    return context.json(planned, 201);
  });
}
