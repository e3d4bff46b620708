import type { z } from 'zod';
import type { Journal } from './journal.ts';

/** Records of one kind, in memory and in the journal. Records are replaced, never mutated. */
export interface Table<Row extends { id: string }> {
  get(id: string): Row | undefined;
  list(matches?: (row: Row) => boolean): Row[];
  find(matches: (row: Row) => boolean): Row | undefined;
  put(row: Row): Row;
  remove(id: string): void;
  /** Deletes the oldest matching records until `keep` are left. */
  trim(keep: number, matches?: (row: Row) => boolean): void;
  clear(): void;
}

/** Opens a table; throws if the journal contains an invalid row. */
export function openTable<Row extends { id: string }>(
  journal: Journal,
  name: string,
  schema: z.ZodType<Row>,
): Table<Row> {
  const rows = new Map<string, Row>();
  for (const [id, value] of journal.rows(name)) rows.set(id, schema.parse(value));
  // The journal first: a change without room there did not happen.
  function remove(id: string): void {
    journal.remove(name, id);
    rows.delete(id);
  }
  return {
    get: (id) => rows.get(id),
    list: (matches) => (matches ? [...rows.values()].filter(matches) : [...rows.values()]),
    find: (matches) => rows.values().find(matches),
    put(row) {
      journal.put(name, row.id, row);
      rows.set(row.id, row);
      return row;
    },
    remove,
    trim(keep, matches = () => true) {
      const matching = [...rows.values()].filter(matches);
      for (const row of matching.slice(0, Math.max(0, matching.length - keep))) remove(row.id);
    },
    clear: () => rows.clear(),
  };
}
