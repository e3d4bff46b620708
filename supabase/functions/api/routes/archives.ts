import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { pageRowsMax } from '#domain/leaderboard/limits.ts';
import { exportFormats } from '#domain/leaderboard/vocabulary.ts';
import { boardVerificationSchema } from '#store/leaderboard/boards/board-verification-schema.ts';
import { verifyBoard } from '#store/leaderboard/boards/verify-board.ts';
import { archiveVerificationSchema } from '#store/leaderboard/periods/archive-verification-schema.ts';
import { exportPeriod } from '#store/leaderboard/periods/export-period.ts';
import { periodExportSchema } from '#store/leaderboard/periods/period-export-schema.ts';
import { verifyArchive } from '#store/leaderboard/periods/verify-archive.ts';
import { getStore } from '../../_shared/create-store.ts';
import { notFound, toProblemError } from '../../_shared/problem.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { requireScope } from '../authenticate.ts';
import { limitCostlyRate } from '../limit-rate.ts';
import { problemAnswers } from '../problem-answers.ts';
import { boardPath, json, periodId, positionQuery } from '../route-parts.ts';

const periodPath = boardPath.extend({ period_id: periodId });

const exportRoute = createRoute({
  method: 'get',
  path: '/boards/{slug}/periods/{period_id}/export',
  summary: 'Export the sealed archive of a closed period',
  description: 'Parts of up to 10,000 rows, as JSON or CSV. The Link header names the next part.',
  request: {
    params: periodPath,
    query: z.object({
      format: z.enum(exportFormats).default('json'),
      after_position: positionQuery(0).default(0),
      max_rows: z.coerce.number().int().min(1).max(pageRowsMax.export_period).default(1_000),
    }),
  },
  responses: {
    200: {
      description: 'One part of the archive.',
      content: { 'application/json': { schema: periodExportSchema }, 'text/csv': { schema: z.string() } },
    },
    ...problemAnswers(401, 404, 409, 422, 429),
  },
});

const verificationRoute = createRoute({
  method: 'get',
  path: '/boards/{slug}/periods/{period_id}/verification',
  summary: 'Verify the archive of a closed period',
  description:
    'Recomputes the hash of every row and the seal over them, which is chained to the previous period.',
  security: [{ ApiKey: [] }],
  middleware: [requireScope('archives:verify'), limitCostlyRate('verification')] as const,
  request: { params: periodPath },
  responses: {
    200: json('The result.', archiveVerificationSchema),
    ...problemAnswers(401, 403, 404, 409, 422, 429),
  },
});

const chainRoute = createRoute({
  method: 'get',
  path: '/boards/{slug}/verification',
  summary: 'Verify the archives of all closed periods of a board',
  description:
    'Each seal covers the previous one, so rewriting a period with a new seal breaks the next one. Store ' +
    '`last_archive_hash` elsewhere to verify the last one too.',
  security: [{ ApiKey: [] }],
  middleware: [requireScope('archives:verify'), limitCostlyRate('verification')] as const,
  request: {
    params: boardPath,
    query: z.object({
      after_period_id: periodId.optional(),
      max_periods: z.coerce.number().int().min(1).max(pageRowsMax.verify_board).default(100),
    }),
  },
  responses: {
    200: json('The result.', boardVerificationSchema),
    ...problemAnswers(401, 403, 404, 422, 429),
  },
});

/** GET /boards/{slug}/verification, /boards/{slug}/periods/{period_id}/export and /verification */
export function routeArchives(app: OpenAPIHono<ApiEnvironment>): void {
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

  app.openapi(verificationRoute, async (context) => {
    const { slug, period_id } = context.req.valid('param');
    // Verification knows periods only; the export checks that the period belongs to this board and is closed.
    const known = await exportPeriod(getStore(), { board: slug, period_id, max_rows: 1 });
    if (!known.ok) throw toProblemError(known.refusal);
    const verification = await verifyArchive(getStore(), { period_id });
    if (!verification) throw notFound('period_not_found', 'closed period of this board');
    return context.json(verification, 200);
  });

  app.openapi(chainRoute, async (context) => {
    const { slug } = context.req.valid('param');
    const outcome = await verifyBoard(getStore(), { board: slug, ...context.req.valid('query') });
    if (!outcome.ok) throw toProblemError(outcome.refusal);
    return context.json(outcome.value, 200);
  });
}
