import { createHash } from 'node:crypto';
import { Cron } from 'croner';
import { parseDurationMs } from '../protocol/duration.ts';
import { cronEventName } from '../protocol/event.ts';
import type { FunctionConfig } from '../protocol/function-config.ts';
import { lockFor, type Transaction } from '../store/database.ts';
import { storeUnroutedEvent } from '../store/events.ts';
import { findFunction } from '../store/functions.ts';
import { addJob } from '../store/jobs.ts';
import { createRun } from './create-run.ts';

const maxJitterMs = 5 * 60_000;

/**
 * The first tick of a schedule after a time, both in Unix milliseconds. Throws if the schedule is invalid.
 */
export function findNextTickMs(schedule: string, afterMs: number): number {
  const every = /^@every\s+(\S+)$/.exec(schedule)?.[1];
  if (every !== undefined) return afterMs + Math.max(parseDurationMs(every), 1_000);
  const [, timezone, pattern = schedule] = /^(?:CRON_)?TZ=(\S+)\s+(.+)$/.exec(schedule) ?? [];
  const cron = new Cron(pattern, { timezone: timezone ?? 'UTC', mode: '5-part' });
  const next = cron.nextRun(new Date(afterMs));
  if (next === null) throw new RangeError(`The schedule "${schedule}" has no next time.`);
  return next.getTime();
}

/** A deterministic delay per tick, so a tick fires once however often it is computed. */
function computeJitterMs(jitter: string | null | undefined, identity: string): number {
  if (!jitter) return 0;
  const rangeMs = Math.min(parseDurationMs(jitter), maxJitterMs);
  return createHash('sha1').update(identity).digest().readUInt32BE(0) % Math.max(rangeMs, 1);
}

function listSchedules(config: FunctionConfig): { cron: string; jitter?: string | null }[] {
  return config.triggers.flatMap(({ cron, jitter }) => (cron ? [{ cron, jitter }] : []));
}

async function addTick(
  tx: Transaction,
  functionId: string,
  cron: string,
  jitter?: string | null,
): Promise<void> {
  const scheduledMs = findNextTickMs(cron, tx.nowMs);
  const key = `cron:${functionId}:${cron}:${scheduledMs}`;
  await addJob(tx, {
    key,
    kind: 'cron',
    function_id: functionId,
    run_at_ms: scheduledMs + computeJitterMs(jitter, key),
    payload: { cron, scheduledMs },
  });
}

/** Creates one outstanding tick per schedule of a function, and removes those of dropped schedules. */
export async function reconcileTicks(
  tx: Transaction,
  config: FunctionConfig,
  isArchived: boolean,
): Promise<void> {
  const schedules = isArchived ? [] : listSchedules(config);
  const rows = await tx.sql<{ id: string; payload: { cron: string } }[]>`
    select id, payload from jobs where kind = 'cron' and function_id = ${config.id} for update`;
  const kept = rows.filter(({ payload }) => schedules.some(({ cron }) => cron === payload.cron));
  const goneIds = rows.filter((row) => !kept.includes(row)).map(({ id }) => id);
  await tx.sql`delete from jobs where id = any(${goneIds}::bigint[])`;
  for (const { cron, jitter } of schedules) {
    if (!kept.some(({ payload }) => payload.cron === cron)) await addTick(tx, config.id, cron, jitter);
  }
}

/**
 * Starts a run for a tick and queues the next one, counted from now: ticks missed while the engine was down
 * are merged into one.
 */
export async function fireTick(
  tx: Transaction,
  functionId: string,
  { cron, scheduledMs }: { cron: string; scheduledMs: number },
): Promise<void> {
  await lockFor(tx.sql, 'schedule');
  const target = await findFunction(tx, functionId);
  const schedule =
    target === null ? undefined : listSchedules(target.config).find((one) => one.cron === cron);
  if (target === null || target.archived_at !== null || schedule === undefined) return;
  const scheduledAt = new Date(scheduledMs).toISOString();
  const event = await storeUnroutedEvent(tx, {
    id: scheduledAt,
    name: cronEventName,
    data: { cron, scheduledAt, fireAt: new Date(tx.nowMs).toISOString() },
    ts: tx.nowMs,
  });
  await createRun(tx, target, [event], { cron });
  await addTick(tx, functionId, cron, schedule.jitter);
}
