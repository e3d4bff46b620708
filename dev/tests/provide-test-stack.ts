import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { makeTemporaryDirectory } from '#emulators/process/temporary-directory.ts';
import { findFreeOffset, type Ports } from '../stack/ports/ports.ts';
import { type Secrets, secretsSchema } from '../stack/secrets/secrets.ts';
import { startStack } from '../stack/stack.ts';
import { serveStackControl } from './test-stack-control.ts';

/** What tests know about the stack they run on. */
export interface ProvidedStack {
  ports: Ports;
  /** The product's variables: addresses and keys. */
  environment: Record<string, string>;
  secrets: Secrets;
  superuserUrl: string;
  dataDirectory: string;
  /** Control endpoint to kill, suspend and resume processes: see test-stack-control.ts. */
  controlUrl: string;
}

const providedStack: z.ZodType<ProvidedStack> = z.object({
  ports: z.object({
    web: z.number(),
    worker: z.number(),
    discord: z.number(),
    inngest: z.number(),
    supabase: z.number(),
    postgres: z.number(),
    edgeFunctions: z.number(),
  }),
  environment: z.record(z.string(), z.string()),
  secrets: secretsSchema,
  superuserUrl: z.string(),
  dataDirectory: z.string(),
  controlUrl: z.string(),
});

/**
 * A stack for a test suite: the shared one in the file LOCAL_TEST_STACK, if somebody started it, or a
 * separate one.
 */
export async function provideTestStack(): Promise<{ provided: ProvidedStack; stop: () => Promise<void> }> {
  const file = process.env.LOCAL_TEST_STACK;
  if (!file) return startTestStack();
  return { provided: providedStack.parse(JSON.parse(readFileSync(file, 'utf8'))), stop: async () => {} };
}

/** Starts a stack on free ports and temporary data, with the small seed and no simulated traffic. */
export async function startTestStack(
  signal?: AbortSignal,
  print: (line: string) => void = console.error,
): Promise<{ provided: ProvidedStack; stop: () => Promise<void> }> {
  const parent = makeTemporaryDirectory('dealscale-stack-');
  const dataDirectory = path.join(parent, 'stack');
  const portOffset = await findFreeOffset();
  const stack = await startStack({
    portOffset,
    dataDirectory,
    seed: 'small',
    hasTraffic: false,
    authRateFactor: 1_000,
    signal,
    print,
  });
  const control = await serveStackControl(stack);
  const { ports, environment, secrets, superuserUrl } = stack;
  return {
    provided: { ports, environment, secrets, superuserUrl, dataDirectory, controlUrl: control.url },
    stop: async () => {
      await control.close();
      await stack.stop();
      rmSync(parent, { recursive: true, force: true });
    },
  };
}
