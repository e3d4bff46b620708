import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface SpawnedEngine {
  /** Ends the process as a power cut would. */
  kill(): Promise<void>;
}

async function waitUntilReady(child: ChildProcess): Promise<void> {
  const { stdout } = child;
  if (stdout === null) throw new Error('The engine has no output.');
  for await (const line of createInterface(stdout)) if (line === 'ready') return;
  throw new Error('The engine ended before it was ready.');
}

/** Runs the engine as a separate process, as the local stack does. Resolves when it is ready. */
export async function spawnEngine(environment: Record<string, string>): Promise<SpawnedEngine> {
  const entry = path.join(import.meta.dirname, '..', 'main.ts');
  const child = spawn(process.execPath, [entry], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH ?? '',
      LOCAL_END_WITH_STDIN: 'yes',
      LOCAL_VIRTUAL_CLOCK: '1',
      ...environment,
    },
  });
  await waitUntilReady(child);
  return {
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
