import { z } from 'zod';
import { creditTypes } from '#domain/credits/vocabulary.ts';

/** Something that keeps requests from being decided, or that is probably not meant. */
export const policyProblemSchema = z.object({
  code: z.string(),
  /** Whether requests could not be decided or a rule would be bypassed. */
  is_blocking: z.boolean(),
  sentence: z.string(),
  /** How to mend it. */
  remedy: z.string(),
  /** Null for delegations and groups. */
  credit_type: z.enum(creditTypes).nullable(),
  group_id: z.string().nullable(),
});

export type PolicyProblem = z.output<typeof policyProblemSchema>;
