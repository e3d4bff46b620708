import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { denoPath } from '../../process/deno-path.ts';

const repository = path.join(import.meta.dirname, '../../..');

export interface EdgeFunctions {
  /** The process's output so far. */
  output: () => string;
  start: () => Promise<void>;
  /** Ends the process and returns its exit code. */
  stop: (signal: 'SIGTERM' | 'SIGKILL') => Promise<number | null>;
  remove: () => Promise<void>;
}

/** Runs functions, given by name and source, in the real process on the given port. */
export async function createEdgeFunctions(
  port: number,
  sources: Record<string, string>,
  version: 'current' | 'hosted',
): Promise<EdgeFunctions> {
  const directory = await mkdtemp(path.join(tmpdir(), 'functions-'));
  for (const [name, source] of Object.entries(sources)) {
    await mkdir(path.join(directory, name));
    await writeFile(path.join(directory, name, 'index.ts'), source);
  }
  let child: ChildProcess | null = null;
  let output = '';
  const stop: EdgeFunctions['stop'] = async (signal) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return {
    output: () => output,
    start: async () => {
      const flags = ['run', '--allow-all', '--node-modules-dir=manual', '--no-lock'];
      const started = spawn(denoPath(version), [...flags, 'emulators/supabase/edge-functions.ts'], {
        cwd: repository,
        env: {
          ...process.env,
          DENO_NO_UPDATE_CHECK: '1',
          LOCAL_FUNCTIONS_PORT: String(port),
          LOCAL_FUNCTIONS_DIRECTORY: `${pathToFileURL(directory).href}/`,
        },
      });
      child = started;
      started.stderr.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
      await new Promise<void>((resolve, reject) => {
        started.once('exit', (code) => reject(new Error(`Deno ended with ${code}.\n${output}`)));
        createInterface(started.stdout).on('line', (line) => {
          output += `${line}\n`;
          if (line === 'ready') resolve();
        });
      });
    },
    stop,
    remove: async () => {
      await stop('SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}
