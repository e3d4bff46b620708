import { renameSync } from 'node:fs';
import { type AppendFile, openAppendFile, type Write } from '#emulators/process/append-file.ts';

/** Destination of a process's lines. */
export interface PartLog {
  /** Writes a line, or counts it as lost if it cannot be written. Never throws. */
  write: (line: string) => void;
  close: () => void;
}

interface PartLogOptions {
  file: string;
  /** A file that would exceed this size becomes `<file>.1`, and a new one begins. */
  byteMax: number;
  /** Number of old files that are kept. */
  keptCount: number;
  /** Redacts secrets. */
  redact: (line: string) => string;
  /** Called when lines can no longer be written, and when they can again. */
  onTrouble: (cause: unknown) => void;
  onRecovery: () => void;
  write?: Write | undefined;
}

/** Opens a log that rotates while it is written and survives a full disk. */
export function openPartLog(options: PartLogOptions): PartLog {
  const { file, byteMax, keptCount, redact, onTrouble, onRecovery } = options;
  let current: AppendFile | null = null;
  let lostCount = 0;
  let isClosed = false;

  function open(): AppendFile {
    current ??= openAppendFile(file, options.write);
    return current;
  }
  function turnOver(): void {
    current?.close();
    current = null;
    for (let age = keptCount; age > 0; age -= 1)
      rename(age === 1 ? file : `${file}.${age - 1}`, `${file}.${age}`);
  }
  function append(line: string): void {
    const bytes = Buffer.byteLength(line) + 1;
    const { byteCount } = open();
    if (byteCount > 0 && byteCount + bytes > byteMax) turnOver();
    open().append(`${line}\n`);
  }
  function appendAgain(line: string): void {
    if (lostCount > 0) append(`(${lostCount} lines were lost here: they could not be written)`);
    const isRecovered = lostCount > 0;
    lostCount = 0;
    append(line);
    if (isRecovered) onRecovery();
  }

  return {
    write(line) {
      if (isClosed) return;
      try {
        appendAgain(redact(line));
      } catch (cause) {
        lostCount += 1;
        if (lostCount === 1) onTrouble(cause);
      }
    },
    close() {
      isClosed = true;
      current?.close();
      current = null;
    },
  };
}

function rename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
