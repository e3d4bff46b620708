import { z } from '@hono/zod-openapi';

export const boardPath = z.object({ slug: z.string().min(1).max(64).openapi({ example: 'all-time' }) });
export const boardQuery = z.string().min(1).max(64).default('all-time');
export const playerPath = z.object({ player_id: z.uuid() });
export const movementQuery = z
  .enum(['refresh', 'hour', 'day', 'week'])
  .default('day')
  .openapi({ description: 'Since when `movement` counts.' });

export const windowQuery = z
  .enum(['refresh', 'hour', 'day', 'week'])
  .default('week')
  .openapi({ description: 'How far back to look.' });

/** A JSON answer of a route. */
export function json<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}
