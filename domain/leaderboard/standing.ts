import type { z } from 'zod';
import type {
  boardHeaderSchema,
  boardPageSchema,
  boardPeriodSchema,
  boardSummarySchema,
} from './board-page-schema.ts';
import type { standingSchema } from './standing-schema.ts';

// Beside the schemas, so that a browser which needs only the types loads none of them.

export type Standing = z.output<typeof standingSchema>;
export type BoardHeader = z.output<typeof boardHeaderSchema>;
export type BoardPage = z.output<typeof boardPageSchema>;
export type BoardPeriod = z.output<typeof boardPeriodSchema>;
export type BoardSummary = z.output<typeof boardSummarySchema>;
