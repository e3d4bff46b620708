import { execa } from 'execa';

const outputLengthMax = 8000;

/**
 * Runs a program to its end. Throws an error that begins with `failure`, and ends with the tail of what the program
 * wrote, when it exits with anything but 0. With a `signal` it runs in a process group of its own, which the signal and
 * the end of this process end as a whole.
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
