import { spawnSync } from 'node:child_process';
import os from 'node:os';

/**
 * Pins this process to the first core and servers to the second, as if client and server were two machines.
 * Otherwise the scheduler decides whether they share a core, which shifts every result.
 * @returns a function that releases the cores; null where processes cannot be pinned
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
