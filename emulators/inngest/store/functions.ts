import { type FunctionConfig, functionConfigSchema } from '../protocol/function-config.ts';
import type { Transaction } from './database.ts';

export interface FunctionRecord {
  id: string;
  app_id: string;
  name: string;
  config: FunctionConfig;
  archived_at: Date | null;
}

interface FunctionRow extends Omit<FunctionRecord, 'config'> {
  config: unknown;
}

function parseFunction(row: FunctionRow): FunctionRecord {
  return { ...row, config: functionConfigSchema.parse(row.config) };
}

/** Also finds archived functions, whose runs in flight continue. */
export async function findFunction({ sql }: Transaction, functionId: string): Promise<FunctionRecord | null> {
  const rows = await sql<FunctionRow[]>`
    select id, app_id, name, config, archived_at from functions where id = ${functionId}`;
  return rows.map(parseFunction)[0] ?? null;
}

/** Functions with one of the names as a trigger that currently start runs, in a fixed order. */
export async function findTriggered({ sql }: Transaction, triggerNames: string[]): Promise<FunctionRecord[]> {
  const rows = await sql<FunctionRow[]>`
    select id, app_id, name, config, archived_at from functions
    where archived_at is null and trigger_events && ${triggerNames} order by id`;
  return rows.map(parseFunction);
}
