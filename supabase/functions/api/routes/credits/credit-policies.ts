import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { approverRoles, budgetPeriods } from '#domain/credits/vocabulary.ts';
import { creditPolicySchema, policyVersionSchema } from '#store/credits/policies/credit-policy-schema.ts';
import { listCreditPolicies } from '#store/credits/policies/list-credit-policies.ts';
import { updateCreditPolicy } from '#store/credits/policies/update-credit-policy.ts';
import { storableTime } from '#store/storable.ts';
import { getStore } from '../../../_shared/create-store.ts';
import type { ApiEnvironment } from '../../api-environment.ts';
import { requireScope } from '../../authenticate.ts';
import { creditType } from '../../credit-parts.ts';
import { problemAnswers } from '../../problem-answers.ts';
import { actingPlayer, idempotencyHeader, json, jsonBody } from '../../route-parts.ts';
import { serveCommand } from '../../serve-command.ts';

const amount = z.number().int().min(1).max(1_000_000_000);
const hours = z.number().int().min(1).max(8_760);

const changesSchema = z
  .object({
    request_amount_max: amount,
    day_amount_max: amount.nullable(),
    period_days: z.number().int().min(1).max(366),
    period_amount_max: amount,
    pending_count_max: z.number().int().min(1).max(1_000),
    auto_approval_max: amount.nullable(),
    second_approval_above: amount.nullable(),
    web_only_above: amount.nullable(),
    reject_comment_required: z.boolean(),
    remind_after_hours: hours,
    escalate_after_hours: hours.nullable(),
    escalate_to_role: z.enum(approverRoles).nullable(),
    escalate_to_player: z.uuid().nullable(),
    expire_after_hours: hours,
    budget_amount: z.number().int().min(0).max(1_000_000_000_000).nullable(),
    budget_period: z.enum(budgetPeriods).nullable(),
    grant_valid_days: z.number().int().min(1).max(36_500).nullable(),
    is_removed: z.boolean(),
  })
  .partial()
  .strict();

const listRoute = createRoute({
  method: 'get',
  path: '/credit-policies',
  summary: 'List the credit policies in force',
  description:
    'Of each credit type the policy of everybody, then those of player groups in their order: the first group that fits a player and has a policy applies. With what is left of each budget.',
  security: [{ ApiKey: [] }],
  middleware: [requireScope('credits:read')] as const,
  responses: {
    200: json('The policies.', z.object({ credit_policies: z.array(creditPolicySchema) })),
    ...problemAnswers(401, 403, 429),
  },
});

const updateRoute = createRoute({
  method: 'patch',
  path: '/credit-policies/{credit_type}',
  summary: 'Change a credit policy',
  description:
    'Adds a version with these fields changed, now or from a later moment. Refused as `policy_changed`, with who changed it, unless `base_version` is the `newest_version`.',
  security: [{ ApiKey: [] }],
  middleware: [requireScope('credits:write')] as const,
  request: {
    params: z.object({ credit_type: creditType }),
    headers: idempotencyHeader,
    body: jsonBody(
      z.object({
        base_version: z.number().int().min(0).openapi({
          description: 'The newest version that the caller has seen; 0 for a group without a policy.',
        }),
        changes: changesSchema,
        group_id: z.uuid().optional().openapi({ description: 'The group; everybody else without it.' }),
        effective_from: storableTime
          .optional()
          .openapi({ description: 'Must not be in the past; defaults to now.' }),
        acting_player_id: actingPlayer,
      }),
    ),
  },
  responses: {
    200: json('The new version.', policyVersionSchema),
    ...problemAnswers(400, 401, 403, 404, 409, 422, 429),
  },
});

/** GET /credit-policies and PATCH /credit-policies/{credit_type} */
export function routeCreditPolicies(app: OpenAPIHono<ApiEnvironment>): void {
  app.openapi(listRoute, async (context) =>
    context.json({ credit_policies: await listCreditPolicies(getStore()) }, 200),
  );

  app.openapi(updateRoute, async (context) => {
    const { credit_type } = context.req.valid('param');
    const change = context.req.valid('json');
    const version = await serveCommand(context, policyVersionSchema, (origin) =>
      updateCreditPolicy(getStore(), { credit_type, ...change, ...origin }),
    );
    return context.json(version, 200);
  });
}
