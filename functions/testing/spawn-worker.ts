import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** The worker as a process of its own. */
export interface SpawnedWorker {
  /** Ends the process as a power cut would. */
  kill(): Promise<void>;
}

/** Starts functions/serve.ts; resolves when it listens. */
export async function spawnWorker(environment: Record<string, string>): Promise<SpawnedWorker> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, '../serve.ts')], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env.PATH ?? '', ...environment },
  });
  const ended = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) if (line === 'ready') break;
  if (child.exitCode !== null) throw new Error('The worker ended before it was ready.');
  child.stdout.resume();
  return {
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
