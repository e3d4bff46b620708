import type { z } from 'zod';
import type { bulkDecisionSchema, bulkResultSchema } from './bulk-decision-schema.ts';

// Beside the schemas, so that a browser which needs only the types loads none of them.

export type BulkDecision = z.output<typeof bulkDecisionSchema>;
export type BulkResult = z.output<typeof bulkResultSchema>;
