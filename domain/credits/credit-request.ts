import type { z } from 'zod';
import type { creditDecisionSchema, creditRequestSchema } from './credit-request-schema.ts';

// Beside the schemas, so that a browser which needs only the types loads none of them.

export type CreditDecision = z.output<typeof creditDecisionSchema>;
export type CreditRequest = z.output<typeof creditRequestSchema>;
