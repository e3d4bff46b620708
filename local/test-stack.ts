// Vitest's global set-up for tests against the whole stack: one stack on free ports with temporary data.
import { rmSync } from 'node:fs';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { endWithStack } from './end-with-stack.ts';
import { findFreeOffset, type Ports } from './ports.ts';
import type { Secrets } from './secrets.ts';
import { startStack } from './stack.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';
import { serveStackControl } from './test-stack-control.ts';

/** What tests are told of the stack. */
export interface ProvidedStack {
  ports: Ports;
  /** What product code is told: addresses and keys. */
  environment: Record<string, string>;
  secrets: Secrets;
  superuserUrl: string;
  dataDirectory: string;
  /** Where parts can be killed, suspended and resumed: see test-stack-control.ts. */
  controlUrl: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    stack: ProvidedStack;
  }
}

/** Starts the stack, tells the tests where it is, and returns what stops and removes it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const parent = makeTemporaryDirectory('dealscale-stack-');
  const dataDirectory = path.join(parent, 'stack');
  const stack = await startStack({
    portOffset: await findFreeOffset(),
    dataDirectory,
    seed: 'small',
    hasTraffic: false,
  });
  endWithStack(stack);
  const control = await serveStackControl(stack);
  const { ports, environment, secrets, superuserUrl } = stack;
  project.provide('stack', {
    ports,
    environment,
    secrets,
    superuserUrl,
    dataDirectory,
    controlUrl: control.url,
  });
  return async () => {
    await control.close();
    await stack.stop();
    rmSync(parent, { recursive: true, force: true });
  };
}
