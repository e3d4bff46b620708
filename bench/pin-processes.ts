import { spawnSync } from 'node:child_process';
import os from 'node:os';

/**
 * Keeps this process on the first core and servers on the second, as with a client and a server that are two machines:
 * whether two processes that talk share a core otherwise changes by chance, and each answer with it.
 * @returns what gives all cores back; null where processes cannot be pinned
 */
export function pinProcesses(serverPids: readonly number[]): (() => void) | null {
  const coreCount = os.cpus().length;
  if (coreCount < 2) return null;
  const pids = [process.pid, ...serverPids];
  const allCores = `0-${coreCount - 1}`;
  const isPinned = pids.every((pid) => pin(pid, pid === process.pid ? '0' : '1'));
  const release = (): void => {
    for (const pid of pids) pin(pid, allCores);
  };
  if (isPinned) return release;
  release();
  return null;
}

function pin(pid: number, cores: string): boolean {
  return spawnSync('taskset', ['-acp', cores, String(pid)], { stdio: 'ignore' }).status === 0;
}
