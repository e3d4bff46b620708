import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { identifyProcess } from './process-identity.ts';

/**
 * Locks a data directory for this process until `release`. A lock whose holder is gone is taken over. Throws
 * a sentence that names a live holder.
 */
export function lockDirectory(directory: string): { release: () => void } {
  const file = path.join(directory, 'stack.lock');
  const own = identifyProcess(process.pid) ?? String(process.pid);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (tryWrite(file, own)) return { release: () => releaseLock(file, own) };
    const holder = readHolder(file);
    const pid = Number(holder.split(':')[0]);
    if (holder !== '' && identifyProcess(pid) === holder) {
      throw new Error(
        `A stack already runs on ${directory} (process ${pid}). Stop it first, or use --port-offset for a second one.`,
      );
    }
    rmSync(file, { force: true });
  }
  throw new Error(`The lock ${file} keeps changing hands; try again.`);
}

function tryWrite(file: string, own: string): boolean {
  try {
    writeFileSync(file, own, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function releaseLock(file: string, own: string): void {
  if (readHolder(file) === own) rmSync(file, { force: true });
}
