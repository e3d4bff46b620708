import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { pageRowsMax } from '#domain/leaderboard/limits.ts';
import { addScoreRule } from '#store/leaderboard/intake/add-score-rule.ts';
import { listScoreRules } from '#store/leaderboard/intake/list-score-rules.ts';
import { ruleSimulationSchema } from '#store/leaderboard/intake/rule-simulation-schema.ts';
import { scoreRulePageSchema } from '#store/leaderboard/intake/score-rule-page-schema.ts';
import { scoreRuleSchema } from '#store/leaderboard/intake/score-rule-schema.ts';
import { simulateScoreRule } from '#store/leaderboard/intake/simulate-score-rule.ts';
import { storableTime } from '#store/storable.ts';
import { getStore } from '../../_shared/create-store.ts';
import { toProblemError } from '../../_shared/problem.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { requireScope } from '../authenticate.ts';
import { limitCostlyRate } from '../limit-rate.ts';
import { problemAnswers } from '../problem-answers.ts';
import {
  actingPlayer,
  boardSlug,
  cursorQuery,
  idempotencyHeader,
  json,
  jsonBody,
  timeZone,
} from '../route-parts.ts';
import { serveCommand } from '../serve-command.ts';

const metricName = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/);

const ruleSchema = z.object({
  metric: metricName,
  points_per_unit: z.number().min(0).max(10_000_000).multipleOf(0.0001, 'At most 4 decimal places.'),
  daily_cap_points: z
    .number()
    .int()
    .min(1)
    .max(1_000_000_000)
    .nullish()
    .openapi({ description: 'Maximum points per player and day; null for no cap.' }),
  time_zone: timeZone
    .default('UTC')
    .openapi({ description: 'The time zone in which the day of the cap begins.' }),
});

const listRoute = createRoute({
  method: 'get',
  path: '/score-rules',
  summary: 'List what a unit of each metric is worth',
  description: 'Every version, by metric, newest first; continue with next_cursor.',
  request: {
    query: z.object({
      metric: metricName.optional().openapi({ description: 'Only versions of this metric.' }),
      limit: z.coerce.number().int().min(1).max(pageRowsMax.list_score_rules).default(200),
      cursor: cursorQuery,
    }),
  },
  responses: {
    200: json('The rules.', scoreRulePageSchema),
    ...problemAnswers(400, 401, 422, 429),
  },
});

const addRoute = createRoute({
  method: 'post',
  path: '/score-rules',
  summary: 'Change what a metric is worth',
  description: 'Takes effect now or later. Recorded events keep their points.',
  security: [{ ApiKey: [] }],
  middleware: [requireScope('boards:manage')] as const,
  request: {
    headers: idempotencyHeader,
    body: jsonBody(
      ruleSchema.extend({
        effective_from: storableTime
          .nullish()
          .openapi({ description: 'Must not be in the past; defaults to now.' }),
        acting_player_id: actingPlayer,
      }),
    ),
  },
  responses: {
    201: json('The new version.', scoreRuleSchema),
    ...problemAnswers(400, 401, 403, 404, 409, 422, 429),
  },
});

const simulateRoute = createRoute({
  method: 'post',
  path: '/score-rules/simulate',
  summary: 'Simulate a rule on a board',
  description:
    'The top 100 and the tiers as if the rule had applied to the whole current period. Changes nothing.',
  security: [{ ApiKey: [] }],
  middleware: [requireScope('boards:manage'), limitCostlyRate('simulate')] as const,
  request: { body: jsonBody(ruleSchema.extend({ board: boardSlug })) },
  responses: {
    200: json('The simulated board.', ruleSimulationSchema),
    ...problemAnswers(400, 401, 403, 404, 422, 429),
  },
});

/** GET and POST /score-rules, POST /score-rules/simulate */
export function routeScoreRules(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(listRoute, async (context) => {
    const { limit: maxRows, ...where } = context.req.valid('query');
    const page = await listScoreRules(context.get('reader'), { ...where, max_rows: maxRows });
    return context.json(page, 200);
  });

  app.openapi(addRoute, async (context) => {
    const rule = context.req.valid('json');
    const added = await serveCommand(context, scoreRuleSchema, (origin) =>
      addScoreRule(getStore(), { ...rule, ...origin }),
    );
    return context.json(added, 201);
  });

  app.openapi(simulateRoute, async (context) => {
    const outcome = await simulateScoreRule(getStore(), context.req.valid('json'));
    if (!outcome.ok) throw toProblemError(outcome.refusal);
    return context.json(outcome.value, 200);
  });
}
