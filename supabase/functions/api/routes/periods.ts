import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { pageRowsMax } from '#domain/leaderboard/limits.ts';
import { listPeriods } from '#store/leaderboard/periods/list-periods.ts';
import { periodPageSchema } from '#store/leaderboard/periods/period-page-schema.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { problemAnswers } from '../problem-answers.ts';
import { boardPath, cursorQuery, json } from '../route-parts.ts';

const listRoute = createRoute({
  method: 'get',
  path: '/boards/{slug}/periods',
  summary: 'List all periods of a board',
  description:
    'Newest first, planned seasons included; continue with next_cursor. A period that has ended is `open` until the ' +
    'grace for late events is over, `closing` while it is archived, and `closed` once it is final. An inactive ' +
    'board lists closed periods only.',
  request: {
    params: boardPath,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(pageRowsMax.list_periods).default(100),
      cursor: cursorQuery,
    }),
  },
  responses: {
    200: json('The periods.', periodPageSchema),
    ...problemAnswers(400, 401, 404, 422, 429),
  },
});

/** GET /boards/{slug}/periods */
export function routePeriods(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(listRoute, async (context) => {
    const { slug } = context.req.valid('param');
    const { limit: maxRows, cursor } = context.req.valid('query');
    const page = await listPeriods(context.get('reader'), { board: slug, max_rows: maxRows, cursor });
    return context.json(page, 200);
  });
}
