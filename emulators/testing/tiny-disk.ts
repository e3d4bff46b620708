import { writeSync } from 'node:fs';
import type { Write } from '../process/append-file.ts';

interface TinyDisk {
  write: Write;
  grow: (bytes: number) => void;
  fill: () => void;
}

/**
 * A test disk with room for this many bytes. Like a real one, it writes the part of a text that fits before
 * it refuses the rest.
 */
export function createTinyDisk(roomBytes: number): TinyDisk {
  let room = roomBytes;
  return {
    write(file, bytes) {
      if (room === 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      const taken = writeSync(file, bytes.subarray(0, room));
      room -= taken;
      return taken;
    },
    grow(bytes) {
      room += bytes;
    },
    fill() {
      room = 0;
    },
  };
}
