import { closeSync, fchmodSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/** How bytes reach the disk; another one in tests. */
export type Write = (file: number, bytes: Uint8Array) => number;

/** A file that only grows, by whole pieces of text. Closed to other accounts. */
export interface AppendFile {
  readonly byteCount: number;
  /** Hands all of the text to the operating system, or throws and leaves the file as it was: no half line stays. */
  append: (text: string) => void;
  close: () => void;
}

/** Opens a file at its end, making it when there is none. A system that takes only a part of the bytes is asked again. */
export function openAppendFile(path: string, write: Write = writeSync): AppendFile {
  const file = openSync(path, 'a', 0o600);
  fchmodSync(file, 0o600);
  let byteCount = fstatSync(file).size;
  return {
    get byteCount() {
      return byteCount;
    },
    append(text) {
      const bytes = Buffer.from(text);
      try {
        for (let done = 0; done < bytes.length; ) done += write(file, bytes.subarray(done));
      } catch (error) {
        ftruncateSync(file, byteCount);
        throw error;
      }
      byteCount += bytes.length;
    },
    close: () => closeSync(file),
  };
}

/** Whether a disk, or the share of it that this account may use, is full. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
