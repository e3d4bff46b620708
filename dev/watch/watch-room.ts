import { statfsSync } from 'node:fs';
import { type Clock, systemClock } from '../supervisor/clock.ts';

const lookEveryMs = 5000;
const scarceBytes = 50_000_000;
/** Hysteresis: files that come and go at the threshold must not cause a message every few seconds. */
const enoughBytes = 100_000_000;

/**
 * Reports once when the disk of a folder is nearly full, and once when there is room again, until `signal` is
 * aborted.
 */
export async function watchRoom(options: {
  directory: string;
  print: (line: string) => void;
  signal: AbortSignal;
  clock?: Clock;
  readFreeBytes?: (directory: string) => number;
}): Promise<void> {
  const { directory, print, signal, clock = systemClock, readFreeBytes = readFree } = options;
  let isScarce = false;
  do {
    const freeBytes = readFreeBytes(directory);
    if (!isScarce && freeBytes < scarceBytes) {
      isScarce = true;
      const left = `${Math.floor(freeBytes / 1_000_000)} MB`;
      print(`The disk of ${directory} is nearly full (${left} left): writes fail until you free some space.`);
    } else if (isScarce && freeBytes > enoughBytes) {
      isScarce = false;
      print(`There is room on the disk of ${directory} again.`);
    }
  } while (await clock.wait(lookEveryMs, signal));
}

/** An unreadable folder is reported elsewhere. */
function readFree(directory: string): number {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
