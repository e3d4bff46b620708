import type { Context } from 'hono';
import type { z } from 'zod';
import type { Outcome } from '#domain/platform/refusal.ts';
import type { ApiEnvironment } from './api-environment.ts';
import { type CommandOrigin, serveCommand } from './serve-command.ts';

/** Like serveCommand, for routes behind `requiredIdempotencyHeader`. */
export function serveMovement<T extends object>(
  context: Context<ApiEnvironment>,
  schema: z.ZodType<T>,
  move: (origin: CommandOrigin & { idempotency_key: string }) => Promise<Outcome<T & { replayed?: boolean }>>,
): Promise<T> {
  return serveCommand(context, schema, ({ source, idempotency_key }) => {
    if (idempotency_key === undefined) throw new TypeError('credits moved without an Idempotency-Key');
    return move({ source, idempotency_key });
  });
}
