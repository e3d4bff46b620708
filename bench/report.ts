import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** One measured value. */
export interface Row {
  name: string;
  /** Null if it could not be measured here. */
  value: number | null;
  unit: string;
  /** Upper bound. */
  target?: number;
  /** Lower bound. */
  atLeast?: number;
  note?: string;
}

const reportsDirectory = path.join(import.meta.dirname, '../reports');

function judge({ value, target, atLeast }: Row): string {
  if (value === null) return 'not measured';
  if (target === undefined && atLeast === undefined) return '';
  const isMet = (target === undefined || value <= target) && (atLeast === undefined || value >= atLeast);
  return isMet ? 'met' : 'MISSED';
}

function format(value: number | null): string {
  if (value === null) return '–';
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 2 : value < 1000 ? 1 : 0 });
}

/** Prints the table and writes it as JSON to reports/. */
export function reportRows(title: string, rows: Row[]): void {
  console.log(`\n${title}`);
  const lines = rows.map((row) => [
    row.name,
    `${format(row.value)} ${row.unit}`,
    row.target !== undefined
      ? `≤ ${format(row.target)}`
      : row.atLeast !== undefined
        ? `≥ ${format(row.atLeast)}`
        : '',
    judge(row),
    row.note ?? '',
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  for (const line of lines) {
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
  mkdirSync(reportsDirectory, { recursive: true });
  const machine = { cpus: os.cpus().length, model: os.cpus()[0]?.model, load_average: os.loadavg() };
  const file = path.join(
    reportsDirectory,
    `bench-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.json`,
  );
  writeFileSync(
    file,
    `${JSON.stringify({ title, measured_at: new Date().toISOString(), machine, rows }, null, 2)}\n`,
  );
}
