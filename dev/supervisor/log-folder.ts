import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { isDiskFull, type Write } from '#emulators/process/append-file.ts';
import { openPartLog, type PartLog } from './part-log.ts';

const byteMax = 5_000_000;
const keptCount = 3;

interface LogFolderOptions {
  directory: string;
  print: (line: string) => void;
  redact: (line: string) => string;
  write?: Write;
}

/** The private logs of all processes. If they cannot be written, that is reported once for all of them. */
export class LogFolder {
  readonly #options: LogFolderOptions;
  readonly #logs = new Map<string, PartLog>();
  #isTroubled = false;

  /** @throws if the folder cannot be created */
  constructor(options: LogFolderOptions) {
    this.#options = options;
    mkdirSync(options.directory, { recursive: true });
    chmodSync(options.directory, 0o700);
  }

  /** Path of a process's log. */
  find(name: string): string {
    return path.join(this.#options.directory, `${name}.log`);
  }

  open(name: string): PartLog {
    const { redact, write } = this.#options;
    const log = openPartLog({
      file: this.find(name),
      byteMax,
      keptCount,
      redact,
      write,
      onTrouble: (cause) => this.#tellOfTrouble(cause),
      onRecovery: () => this.#tellOfRecovery(),
    });
    this.#logs.set(name, log);
    return log;
  }

  close(): void {
    for (const log of this.#logs.values()) log.close();
  }

  #tellOfTrouble(cause: unknown): void {
    if (this.#isTroubled) return;
    this.#isTroubled = true;
    const { print, directory } = this.#options;
    const why = isDiskFull(cause) ? 'the disk is full' : String(cause);
    print(
      `Logs cannot be written to ${directory}: ${why}. Everything keeps running; log lines are lost until there is room.`,
    );
  }

  #tellOfRecovery(): void {
    if (!this.#isTroubled) return;
    this.#isTroubled = false;
    this.#options.print('Logs are written again; each states how many lines were lost.');
  }
}
