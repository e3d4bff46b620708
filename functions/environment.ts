import { z } from 'zod';
import { botEnvironment } from '#bot/environment.ts';
import { openingKeysSchema } from '#domain/identity/sealed-token.ts';

const workerEnvironment = botEnvironment.extend({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(1).max(65_535),
  /** Where Inngest reaches this process. */
  INNGEST_SERVE_ORIGIN: z.url(),
  /** With the application's id: refreshes and revokes tokens. */
  DISCORD_CLIENT_SECRET: z.string().min(1),
  /** Open the tokens that the web app sealed. */
  TOKEN_SEALING_PRIVATE_KEYS: openingKeysSchema,
});

export type WorkerEnvironment = z.output<typeof workerEnvironment>;

/** What the worker needs to know of the world. Throws, naming each missing or malformed variable. */
export function readWorkerEnvironment(variables: Record<string, string | undefined>): WorkerEnvironment {
  const parsed = workerEnvironment.safeParse(variables);
  if (!parsed.success) throw new Error(`the environment is incomplete:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
