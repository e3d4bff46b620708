import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { onEndRequested } from '../process/end-of-process.ts';
import { log } from '../process/log.ts';
import { logFaults } from '../process/log-faults.ts';
import { createVirtualClock, systemClock } from './clock.ts';
import { createEngine, type EngineOptions } from './engine.ts';

const startRetryMs = 500;
const startDeadlineMs = 60_000;

const listOf = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );

const environmentSchema = z.object({
  LOCAL_SUPERUSER_URL: z.string().min(1),
  LOCAL_INNGEST_PORT: z.coerce.number().int().default(8288),
  LOCAL_INNGEST_APPS: listOf,
  LOCAL_INNGEST_LEASE_MS: z.coerce.number().int().positive().optional(),
  LOCAL_VIRTUAL_CLOCK: z.string().default(''),
  INNGEST_DEV: z.string().default(''),
  INNGEST_SIGNING_KEY: z.string().default(''),
  INNGEST_EVENT_KEY: listOf,
});

/** Signed mode only if a signing key is set and development mode is not. */
function readOptions(): EngineOptions & { port: number } {
  const environment = environmentSchema.parse(process.env);
  const isSigned =
    environment.INNGEST_SIGNING_KEY !== '' && ['', '0', 'false'].includes(environment.INNGEST_DEV);
  return {
    databaseUrl: environment.LOCAL_SUPERUSER_URL,
    port: environment.LOCAL_INNGEST_PORT,
    apps: environment.LOCAL_INNGEST_APPS,
    leaseMs: environment.LOCAL_INNGEST_LEASE_MS,
    clock: environment.LOCAL_VIRTUAL_CLOCK === '1' ? createVirtualClock() : systemClock,
    ...(isSigned ? { signingKey: environment.INNGEST_SIGNING_KEY } : {}),
    ...(isSigned && environment.INNGEST_EVENT_KEY.length > 0
      ? { eventKeys: environment.INNGEST_EVENT_KEY }
      : {}),
  };
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

/** The database may still be starting, but a taken port will not become free by waiting. */
async function startPatiently(options: EngineOptions & { port: number }): Promise<void> {
  const endMs = Date.now() + startDeadlineMs;
  const engine = createEngine(options);
  for (;;) {
    try {
      await engine.start();
      break;
    } catch (error) {
      if (isPortTaken(error)) throw new Error(`Port ${options.port} is taken.`, { cause: error });
      if (Date.now() > endMs) throw error;
      log('info', 'The engine cannot start yet.', { error });
      await delay(startRetryMs);
    }
  }
  onEndRequested(async () => {
    await engine.stop();
    process.exit(0);
  });
}

logFaults();
await startPatiently(readOptions());
process.stdout.write('ready\n');
