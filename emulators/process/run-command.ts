import { spawn } from 'node:child_process';

const outputLengthMax = 8000;

/**
 * Runs a program to its end and returns the tail of its output. Throws an error that begins with `failure` if
 * it exits with a code other than 0. With a `signal` it runs in a separate process group, which ends as a
 * whole on the signal or with this process.
 */
export async function runCommand(options: {
  command: readonly string[];
  directory: string;
  environment: NodeJS.ProcessEnv;
  failure: string;
  signal?: AbortSignal;
}): Promise<string> {
  const [file = '', ...args] = options.command;
  const child = spawn(file, args, {
    cwd: options.directory,
    env: options.environment,
    detached: options.signal !== undefined,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-outputLengthMax);
    });
  }
  const end = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(options.signal ? -child.pid : child.pid, 'SIGKILL');
    } catch {
      // It has already ended.
    }
  };
  if (options.signal?.aborted) end();
  options.signal?.addEventListener('abort', end);
  process.on('exit', end);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode) => resolve(exitCode));
    });
    if (code !== 0) throw new Error(`${options.failure}\n${output.trim()}`);
    return output;
  } finally {
    options.signal?.removeEventListener('abort', end);
    process.off('exit', end);
  }
}
