import { spawn } from 'node:child_process';
import path from 'node:path';

/** Tells the reaper which process groups to end if this process dies. */
export interface Reaper {
  add: (pid: number) => void;
  remove: (pid: number) => void;
  /** Nothing is left to end. */
  dismiss: () => void;
}

/** Starts the reaper in a separate session, so that a signal that ends this process does not end it. */
export function startReaper(): Reaper {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'reaper.ts')], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  child.unref();
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  const tell = (line: string): void => {
    if (child.stdin.writable) child.stdin.write(`${line}\n`);
  };
  return {
    add: (pid) => tell(`+${pid}`),
    remove: (pid) => tell(`-${pid}`),
    dismiss: () => {
      tell('end');
      child.stdin.end();
    },
  };
}
