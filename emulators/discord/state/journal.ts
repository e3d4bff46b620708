import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { isDiskFull, openAppendFile, type Write } from '../../process/append-file.ts';
import { RestError } from '../rules/rest-error.ts';

const entrySchema = z.object({ table: z.string(), id: z.string(), value: z.unknown().optional() });
const compactAtBytes = 24 * 1024 * 1024;

type Rows = Map<string, unknown>;

/** The disk is full, so the change was not made. Discord's clients retry after a 503. */
export class NotKept extends RestError {
  constructor(cause: unknown) {
    super(503, 0, 'The sandbox cannot keep this: its disk is full', undefined, { cause });
  }
}

/** Append-only file of `{table, id, value}` lines; a line without a value is a deletion. */
export interface Journal {
  /** Rows of a table as of when the journal was opened or last compacted. */
  rows(table: string): Rows;
  /** Throws `NotKept` without changing anything if the disk is full; so does `remove`. */
  put(table: string, id: string, value: unknown): void;
  remove(table: string, id: string): void;
  /** Deletes everything. */
  clear(): void;
  close(): void;
}

function readEntries(path: string): Map<string, Rows> {
  const tables = new Map<string, Rows>();
  if (!existsSync(path)) return tables;
  const lines = readFileSync(path, 'utf8').split('\n');
  // A process killed while writing leaves at most one torn line, the last: it was never acknowledged.
  const torn = lines.pop() ?? '';
  if (torn !== '')
    truncateSync(
      path,
      lines.reduce((bytes, line) => bytes + Buffer.byteLength(line) + 1, 0),
    );
  for (const line of lines) {
    const entry = entrySchema.parse(JSON.parse(line));
    const rows = tables.get(entry.table) ?? new Map();
    tables.set(entry.table, rows);
    if (entry.value === undefined) rows.delete(entry.id);
    else rows.set(entry.id, entry.value);
  }
  return tables;
}

function writeCompacted(path: string, tables: Map<string, Rows>): void {
  const lines: string[] = [];
  for (const [table, rows] of tables) {
    for (const [id, value] of rows) lines.push(`${JSON.stringify({ table, id, value })}\n`);
  }
  // The rows contain tokens.
  try {
    writeFileSync(`${path}.new`, lines.join(''), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch (error) {
    rmSync(`${path}.new`, { force: true });
    throw error;
  }
}

/**
 * Opens a journal, creating it if needed. Each change is handed to the operating system before the call
 * returns, so acknowledged changes survive a kill of this process.
 * @param options.onDiskFull called when the disk becomes full, once until there is room again
 * @param options.write how lines are written to disk; replaced in tests
 */
export function openJournal(
  path: string,
  { write, onDiskFull = () => undefined }: { write?: Write | undefined; onDiskFull?: () => void } = {},
): Journal {
  mkdirSync(dirname(path), { recursive: true });
  const tables = readEntries(path);
  compact();
  let file = openAppendFile(path, write);
  let startBytes = file.byteCount;
  let isFull = false;

  function append(line: string): void {
    try {
      file.append(line);
      isFull = false;
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      if (!isFull) onDiskFull();
      isFull = true;
      throw new NotKept(error);
    }
  }
  /** Compacts the file if there is room; the contents stay equivalent. */
  function compact(): void {
    try {
      writeCompacted(path, tables);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
    }
  }
  function compactWhenLarge(): void {
    if (file.byteCount - startBytes <= compactAtBytes) return;
    compact();
    reopen();
  }
  function reopen(): void {
    file.close();
    file = openAppendFile(path, write);
    startBytes = file.byteCount;
  }
  function rowsOf(table: string): Rows {
    const rows = tables.get(table) ?? new Map();
    tables.set(table, rows);
    return rows;
  }

  return {
    rows: rowsOf,
    put(table, id, value) {
      append(`${JSON.stringify({ table, id, value })}\n`);
      rowsOf(table).set(id, value);
      compactWhenLarge();
    },
    remove(table, id) {
      if (!rowsOf(table).has(id)) return;
      append(`${JSON.stringify({ table, id })}\n`);
      rowsOf(table).delete(id);
      compactWhenLarge();
    },
    clear() {
      truncateSync(path);
      reopen();
      tables.clear();
    },
    close: () => file.close(),
  };
}
