import { closeSync, fchmodSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/** How bytes are written to disk; replaced in tests. */
export type Write = (file: number, bytes: Uint8Array) => number;

/** An append-only file of whole pieces of text. Private to this account. */
export interface AppendFile {
  readonly byteCount: number;
  /**
   * Hands the whole text to the operating system, or throws and leaves the file as it was, without a partial
   * line.
   */
  append: (text: string) => void;
  close: () => void;
}

/** Opens a file at its end, creating it if needed. Partial writes are continued. */
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

/** Whether a disk, or this account's quota on it, is full. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
