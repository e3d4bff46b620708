import { execa } from 'execa';

const outputLengthMax = 8000;

/**
 * Runs a program to its end. If it exits with anything but 0, throws an error that begins with `failure` and ends
 * with the tail of the program's output. With a `signal` it runs in its own process group, which ends as a whole
 * when the signal aborts or this process ends.
 */
export async function runCommand(options: {
  command: readonly string[];
  directory: string;
  environment: NodeJS.ProcessEnv;
  failure: string;
  signal?: AbortSignal;
}): Promise<void> {
  const [file = '', ...args] = options.command;
  const running = execa(file, args, {
    cwd: options.directory,
    env: options.environment,
    extendEnv: false,
    detached: options.signal !== undefined,
    stdin: 'ignore',
    all: true,
    reject: false,
  });
  const endGroup = (): void => {
    if (running.pid === undefined) return;
    try {
      process.kill(-running.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  };
  if (options.signal) {
    if (options.signal.aborted) endGroup();
    options.signal.addEventListener('abort', endGroup);
    process.on('exit', endGroup);
  }
  const { failed, all, shortMessage } = await running;
  options.signal?.removeEventListener('abort', endGroup);
  process.off('exit', endGroup);
  if (failed) throw new Error(`${options.failure}\n${all?.trim().slice(-outputLengthMax) || shortMessage}`);
}
