import { z } from 'zod';

const limitSchema = z.object({
  limit: z.number().int(),
  key: z.string().nullish(),
  scope: z.enum(['fn', 'env', 'account']).nullish(),
});

const oneOrMoreLimits = z.union([
  z.number().int(),
  limitSchema,
  z.array(z.union([z.number().int(), limitSchema])),
]);

const triggerSchema = z.object({
  event: z.string().nullish(),
  expression: z.string().nullish(),
  cron: z.string().nullish(),
  jitter: z.string().nullish(),
});

/** One function as the SDK registers it. Unknown fields are dropped; absent limits mean no limit. */
export const functionConfigSchema = z.object({
  id: z.string().min(1),
  name: z.string().nullish(),
  triggers: z.array(triggerSchema).max(10).default([]),
  steps: z.object({
    step: z.object({
      runtime: z.object({ url: z.string() }),
      retries: z.object({ attempts: z.number().int().min(0) }).nullish(),
    }),
  }),
  concurrency: oneOrMoreLimits.nullish().transform((value) =>
    (value === undefined || value === null ? [] : [value])
      .flat()
      .map((limit) => (typeof limit === 'number' ? { limit } : limit))
      .filter(({ limit }) => limit > 0),
  ),
  throttle: z
    .object({ limit: z.number(), period: z.string(), key: z.string().nullish(), burst: z.number().nullish() })
    .nullish(),
  rateLimit: z.object({ limit: z.number(), period: z.string(), key: z.string().nullish() }).nullish(),
  debounce: z
    .object({ period: z.string(), key: z.string().nullish(), timeout: z.string().nullish() })
    .nullish(),
  batchEvents: z
    .object({
      maxSize: z.number().int(),
      timeout: z.string(),
      key: z.string().nullish(),
      if: z.string().nullish(),
    })
    .nullish(),
  priority: z.object({ run: z.string().nullish() }).nullish(),
  idempotency: z.string().nullish(),
  singleton: z.object({ key: z.string().nullish(), mode: z.enum(['skip', 'cancel']) }).nullish(),
  timeouts: z.object({ start: z.string().nullish(), finish: z.string().nullish() }).nullish(),
  cancel: z
    .array(z.object({ event: z.string(), if: z.string().nullish(), timeout: z.string().nullish() }))
    .nullish()
    .transform((value) => value ?? []),
});
export type FunctionConfig = z.infer<typeof functionConfigSchema>;

const defaultRetries = 4;
const maxRetries = 20;

/** Attempts per step and per function body: retries plus one, five by default. */
export function countAttempts(config: FunctionConfig): number {
  return Math.min(config.steps.step.retries?.attempts ?? defaultRetries, maxRetries) + 1;
}

/** Every expression of a configuration, for validation at registration. */
export function listExpressions(config: FunctionConfig): string[] {
  return [
    ...config.triggers.map(({ expression }) => expression),
    ...config.concurrency.map((limit) => limit.key),
    ...config.cancel.map((rule) => rule.if),
    config.throttle?.key,
    config.rateLimit?.key,
    config.debounce?.key,
    config.batchEvents?.key,
    config.batchEvents?.if,
    config.priority?.run,
    config.idempotency,
    config.singleton?.key,
  ]
    .filter((expression) => typeof expression === 'string' && expression !== '')
    .map(String);
}
