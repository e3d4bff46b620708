import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const entrySchema = z.object({ table: z.string(), id: z.string(), value: z.unknown().optional() });
const COMPACT_AT_BYTES = 24 * 1024 * 1024;

type Rows = Map<string, unknown>;

/** Append-only file of `{table, id, value}` lines; a line without a value is a deletion. */
export interface Journal {
  /** Rows of a table as they were when the journal was opened or last compacted. */
  rows(table: string): Rows;
  put(table: string, id: string, value: unknown): void;
  remove(table: string, id: string): void;
  /** Forgets everything. */
  clear(): void;
  close(): void;
}

function readEntries(path: string): Map<string, Rows> {
  const tables = new Map<string, Rows>();
  if (!existsSync(path)) return tables;
  const lines = readFileSync(path, 'utf8').split('\n');
  // A process that was killed while it wrote leaves at most one torn line, the last: it was never answered for.
  lines.pop();
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
  // Tokens are among the rows.
  writeFileSync(`${path}.new`, lines.join(''), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/**
 * Opens a journal, creating it when needed. Each change is handed to the operating system
 * before the call returns, so what was answered survives a kill of this process.
 */
export function openJournal(path: string): Journal {
  mkdirSync(dirname(path), { recursive: true });
  const tables = readEntries(path);
  writeCompacted(path, tables);
  let file = openSync(path, 'a');
  let sizeBytes = 0;

  function append(line: string): void {
    writeSync(file, line);
    sizeBytes += line.length;
    if (sizeBytes > COMPACT_AT_BYTES) rewrite();
  }
  function rewrite(): void {
    closeSync(file);
    writeCompacted(path, tables);
    file = openSync(path, 'a');
    sizeBytes = 0;
  }
  function rowsOf(table: string): Rows {
    const rows = tables.get(table) ?? new Map();
    tables.set(table, rows);
    return rows;
  }

  return {
    rows: rowsOf,
    put(table, id, value) {
      rowsOf(table).set(id, value);
      append(`${JSON.stringify({ table, id, value })}\n`);
    },
    remove(table, id) {
      if (rowsOf(table).delete(id)) append(`${JSON.stringify({ table, id })}\n`);
    },
    clear() {
      tables.clear();
      rewrite();
    },
    close: () => closeSync(file),
  };
}
