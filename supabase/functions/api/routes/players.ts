import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { upsertPlayer } from '#store/identity/upsert-player.ts';
import { storableUrl } from '#store/storable.ts';
import { getStore } from '../../_shared/create-store.ts';
import { toProblemError } from '../../_shared/problem.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { requireScope } from '../authenticate.ts';
import { nameSource } from '../name-source.ts';
import { problemAnswers } from '../problem-answers.ts';
import { displayName, json, jsonBody, playerPath } from '../route-parts.ts';

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

/** PUT /players/{player_id} */
export function routePlayers(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(putRoute, async (context) => {
    const { player_id } = context.req.valid('param');
    const source = nameSource(context);
    const outcome = await upsertPlayer(getStore(), { ...context.req.valid('json'), player_id, source });
    if (!outcome.ok) throw toProblemError(outcome.refusal);
    return context.json(outcome.value, 200);
  });
}
