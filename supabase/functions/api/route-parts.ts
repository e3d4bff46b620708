import { z } from '@hono/zod-openapi';
import { defaultBoard } from '#domain/leaderboard/default-board.ts';
import { pageRowsMax, positionMax } from '#domain/leaderboard/limits.ts';
import { movementWindows } from '#domain/leaderboard/vocabulary.ts';
import { textFields } from '#domain/platform/text/text-fields.ts';
import { presentableText } from '#store/presentable.ts';
import { storableText } from '#store/storable.ts';

const described = (what: string) => ({
  description: `${what} One line of at most 80 visible characters, without control or invisible characters.`,
  maxLength: 320,
});
export const displayName = presentableText(textFields.displayName).openapi(
  described('The name that others see.'),
);
export const boardName = presentableText(textFields.boardName).openapi(described('The name of the board.'));
export const seasonName = presentableText(textFields.seasonName).openapi(
  described('The name of the season.'),
);
export const timeZone = storableText.min(1).max(64);
export const boardSlug = storableText.min(1).max(64);
export const boardPath = z.object({ slug: boardSlug.openapi({ example: defaultBoard }) });
export const boardQuery = boardSlug.default(defaultBoard);
export const cursorQuery = storableText.max(500).optional();
/** A position on a board, starting with this one. */
export const positionQuery = (first: 0 | 1) => z.coerce.number().int().min(first).max(positionMax);
export const periodId = z.coerce.number().int();
/** Defaults to the current period. */
export const periodQuery = periodId.optional();
export const playerPath = z.object({ player_id: z.uuid() });
export const movementQuery = z
  .enum(movementWindows)
  .default('day')
  .openapi({ description: 'The window that `movement` covers.' });

/** The window, period and resolution of a history. */
export const historyQuery = z.object({
  window: z.enum(movementWindows).default('week').openapi({ description: 'How far back the history goes.' }),
  max_points: z.coerce.number().int().min(2).max(pageRowsMax.get_rank_history).default(60),
  period_id: periodQuery,
});

/** A JSON response of a route. */
export function json<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

/** Comma-separated ids in one parameter. */
export function playersQuery(countMax: number) {
  return z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.uuid()).min(1).max(countMax))
    .openapi({ type: 'string', description: `One to ${countMax} player ids, separated by commas.` });
}

export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .optional()
    .openapi({ description: 'A random string. The same request with the same key takes effect once.' }),
});

export const actingPlayer = z.uuid().optional().openapi({
  description: 'The admin who makes the change; recorded in the audit log. Defaults to the key itself.',
});

/** A required JSON body. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { 'application/json': { schema } } };
}
