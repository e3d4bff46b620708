import type { FunctionConfig } from '../protocol/function-config.ts';
import type { Transaction } from '../store/database.ts';
import { findFunction } from '../store/functions.ts';
import { lockActiveRun, type Run } from '../store/runs.ts';

/** A run that has not ended, locked for this transaction, with its function's current configuration. */
export interface ActiveRun {
  run: Run;
  config: FunctionConfig;
}

/** `null` if the run has ended or never existed. */
export async function lockRun(tx: Transaction, runId: string): Promise<ActiveRun | null> {
  const run = await lockActiveRun(tx, runId);
  if (run === null) return null;
  const record = await findFunction(tx, run.function_id);
  if (record === null) throw new Error(`Run ${runId} belongs to the unknown function ${run.function_id}.`);
  return { run, config: record.config };
}
