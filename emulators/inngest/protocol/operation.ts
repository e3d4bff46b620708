import { z } from 'zod';

const optionsSchema = z.looseObject({
  event: z.string().nullish(),
  if: z.string().nullish(),
  timeout: z.string().nullish(),
  duration: z.string().nullish(),
  function_id: z.string().nullish(),
  payload: z.looseObject({ data: z.record(z.string(), z.unknown()).nullish() }).nullish(),
  signal: z.string().nullish(),
  conflict: z.enum(['fail', 'replace']).nullish(),
  parallelMode: z.string().nullish(),
});

/** One operation that the SDK requests in a 206 answer. */
export const operationSchema = z.object({
  id: z.string().min(1),
  op: z.string(),
  name: z.string().nullish(),
  displayName: z.string().nullish(),
  opts: optionsSchema.nullish().transform((opts) => opts ?? {}),
  data: z.unknown().optional(),
  error: z.unknown().optional(),
});
export type Operation = z.infer<typeof operationSchema>;

/** Operations that never count as steps of the run. */
export function isLazyOperation({ op }: Operation): boolean {
  return op === 'DeferAdd' || op === 'DeferAbort';
}

/** What the engine stores about a step besides its result. */
export interface StepIdentity {
  id: string;
  op: string;
  /** The author's step id, if there is one. */
  name: string;
  /** Member of a race: its end starts a discovery even while siblings are pending. */
  isRace: boolean;
}

export function identifyStep({ id, op, name, displayName, opts }: Operation): StepIdentity {
  return { id, op, name: displayName || name || id, isRace: opts.parallelMode === 'race' };
}
