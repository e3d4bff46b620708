import { evaluateKey, isTriggerMatch } from '../expressions/match-expression.ts';
import { parseDurationMs } from '../protocol/duration.ts';
import type { EventRecord } from '../protocol/event.ts';
import { createUlid } from '../protocol/ulid.ts';
import { lockFor, type Transaction } from '../store/database.ts';
import { findEvents } from '../store/events.ts';
import { type FunctionRecord, findFunction } from '../store/functions.ts';
import { addJob } from '../store/jobs.ts';
import { createRun } from './create-run.ts';

interface Batch {
  key: string;
  id: string;
  function_id: string;
  event_ids: string[];
}

/** Whether the event joins a batch; an event that fails the batch's condition starts a run alone. */
export function isBatched({ config }: FunctionRecord, event: EventRecord): boolean {
  const rule = config.batchEvents;
  return rule !== null && rule !== undefined && isTriggerMatch(rule.if, event.body);
}

async function startBatch(tx: Transaction, batch: Batch): Promise<void> {
  await tx.sql`delete from batches where key = ${batch.key}`;
  const target = await findFunction(tx, batch.function_id);
  if (target === null || target.archived_at !== null) return;
  await createRun(tx, target, await findEvents(tx, batch.event_ids), { batchId: batch.id });
}

/** Adds an event to its key's open batch, or opens one; a full batch starts at once. */
export async function addToBatch(
  tx: Transaction,
  target: FunctionRecord,
  event: EventRecord,
): Promise<'batched'> {
  const rule = target.config.batchEvents;
  const key = `${target.id}:${rule?.key ? (evaluateKey(rule.key, event.body) ?? '') : ''}`;
  const rows = await tx.sql<Batch[]>`
    insert into batches (key, id, function_id, event_ids)
    values (${key}, ${createUlid(tx.nowMs)}, ${target.id}, ${[event.internal_id]})
    on conflict (key) do update set event_ids = batches.event_ids || excluded.event_ids returning *`;
  for (const batch of rows) {
    if (batch.event_ids.length >= (rule?.maxSize ?? 1)) await startBatch(tx, batch);
    else if (batch.event_ids.length === 1) {
      const run_at_ms = tx.nowMs + parseDurationMs(rule?.timeout ?? '');
      await addJob(tx, {
        key: `batch:${batch.id}`,
        kind: 'batch',
        run_at_ms,
        payload: { batchId: batch.id },
      });
    }
  }
  return 'batched';
}

/** Starts a batch whose time is up, unless it filled up before. */
export async function fireBatch(tx: Transaction, batchId: string): Promise<void> {
  await lockFor(tx.sql, 'schedule');
  const rows = await tx.sql<Batch[]>`select * from batches where id = ${batchId}`;
  for (const batch of rows) await startBatch(tx, batch);
}
