import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Whether `pid` runs and was started with `argument` on its command line (process ids are reused). */
export function isProcessOf(pid: number, argument: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  return readArguments(pid).includes(argument);
}

function readArguments(pid: number): string {
  if (existsSync('/proc/self')) {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    } catch {
      return '';
    }
  }
  return spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
}
