import { evaluateExpression } from '../expressions/evaluate.ts';
import { evaluateKey } from '../expressions/match-expression.ts';
import { parseDurationMs } from '../protocol/duration.ts';
import type { EventBody, EventRecord } from '../protocol/event.ts';
import type { FunctionConfig } from '../protocol/function-config.ts';
import { createUlid } from '../protocol/ulid.ts';
import { enqueueDiscovery } from '../steps/enqueue-call.ts';
import { cancelRun } from '../steps/finish-run.ts';
import { type Transaction, toJson } from '../store/database.ts';
import type { FunctionRecord } from '../store/functions.ts';
import { addJob } from '../store/jobs.ts';
import { addPause } from '../store/pauses.ts';
import type { Run } from '../store/runs.ts';
import { reserveStartMs } from './rate-state.ts';

const yearMs = 366 * 24 * 3_600_000;
const maxPrioritySeconds = 600;

/** Seconds by which the run precedes (or, if negative, follows) others; 0 if it cannot be computed. */
function evaluatePriority({ priority }: FunctionConfig, event: EventBody): number {
  if (!priority?.run) return 0;
  try {
    const seconds = Number(evaluateExpression(priority.run, { event }));
    return Number.isNaN(seconds) ? 0 : Math.min(Math.max(seconds, -maxPrioritySeconds), maxPrioritySeconds);
  } catch {
    return 0;
  }
}

/** One key per limit, in the limits' order; empty where the limit does not apply to this event. */
function evaluateConcurrencyKeys(target: FunctionRecord, event: EventBody): string[] {
  return target.config.concurrency.map(({ key, scope }) => {
    const owner = !scope || scope === 'fn' ? target.id : scope;
    if (!key) return owner;
    const value = evaluateKey(key, event);
    return value === null ? '' : `${owner}:${key}:${value}`;
  });
}

async function reserveThrottledStartMs(
  tx: Transaction,
  target: FunctionRecord,
  event: EventBody,
): Promise<number> {
  const rule = target.config.throttle;
  const value = rule?.key ? evaluateKey(rule.key, event) : '';
  if (!rule || value === null) return tx.nowMs;
  return await reserveStartMs(tx, `throttle:${target.id}:${value}`, {
    intervalMs: parseDurationMs(rule.period) / rule.limit,
    capacity: rule.limit + (rule.burst ?? 0),
  });
}

/**
 * False if another run holds the singleton and must be left alone. In `cancel` mode the holder is cancelled.
 */
async function takeSingleton(tx: Transaction, target: FunctionRecord, run: Run): Promise<boolean> {
  const rule = target.config.singleton;
  const [event] = run.events;
  if (!rule || event === undefined) return true;
  const value = rule.key ? evaluateKey(rule.key, event) : '';
  if (value === null) return true;
  const key = `${target.id}:${value}`;
  const holders = await tx.sql<{ run_id: string }[]>`select run_id from singletons where key = ${key}`;
  for (const holder of holders) {
    if (rule.mode === 'skip') return false;
    await cancelRun(tx, holder.run_id);
  }
  await tx.sql`insert into singletons (key, run_id) values (${key}, ${run.id})`;
  return true;
}

async function insertRun({ sql }: Transaction, run: Run): Promise<void> {
  await sql`
    insert into runs (id, function_id, status, events, event_ids, batch_id, cron, original_run_id,
      concurrency_keys, order_at, queued_at)
    values (${run.id}, ${run.function_id}, ${run.status}, ${toJson(run.events)}::text::json, ${run.event_ids},
      ${run.batch_id}, ${run.cron}, ${run.original_run_id}, ${run.concurrency_keys}, ${run.order_at},
      ${run.queued_at})`;
}

async function markSkipped({ sql, nowMs }: Transaction, run: Run): Promise<void> {
  await sql`update runs set status = 'Skipped', ended_at = ${new Date(nowMs)} where id = ${run.id}`;
}

/**
 * What may cancel the run. A cancellation counts from when the trigger was received, however long routing
 * took.
 */
async function addGuards(
  tx: Transaction,
  run: Run,
  config: FunctionConfig,
  triggeredAtMs: number,
): Promise<void> {
  for (const [index, rule] of config.cancel.entries()) {
    await addPause(tx, {
      run_id: run.id,
      place: `cancel:${index}`,
      kind: 'cancel',
      event_name: rule.event,
      expression: rule.if ?? null,
      created_at_ms: triggeredAtMs,
      expires_at_ms: tx.nowMs + (rule.timeout ? parseDurationMs(rule.timeout) : yearMs),
    });
  }
  if (!config.timeouts?.start) return;
  const run_at_ms = tx.nowMs + parseDurationMs(config.timeouts.start);
  await addJob(tx, { key: `start-timeout:${run.id}`, kind: 'start_timeout', run_id: run.id, run_at_ms });
}

interface RunOrigin {
  batchId?: string;
  cron?: string;
  originalRunId?: string;
  /** Fills the new run's memo before its first call is queued. */
  prepare?: (run: Run) => Promise<void>;
}

/** Creates a run and queues its first call: when the throttle allows, and not before the event's own time. */
export async function createRun(
  tx: Transaction,
  target: FunctionRecord,
  events: EventRecord[],
  origin: RunOrigin = {},
): Promise<'started' | 'skipped'> {
  const bodies = events.map(({ body }) => body);
  const [first] = bodies;
  if (first === undefined) throw new Error(`A run of ${target.id} needs an event.`);
  const { config } = target;
  const run: Run = {
    id: createUlid(tx.nowMs),
    function_id: target.id,
    status: 'Scheduled',
    events: bodies,
    event_ids: events.map(({ internal_id }) => internal_id),
    batch_id: origin.batchId ?? null,
    cron: origin.cron ?? null,
    original_run_id: origin.originalRunId ?? null,
    req_version: -1,
    is_planning_forced: false,
    pending: [],
    step_count: 0,
    concurrency_keys: evaluateConcurrencyKeys(target, first),
    order_at: new Date(tx.nowMs - evaluatePriority(config, first) * 1_000),
    output: null,
    queued_at: new Date(tx.nowMs),
    started_at: null,
    ended_at: null,
  };
  await insertRun(tx, run);
  if (!(await takeSingleton(tx, target, run))) {
    await markSkipped(tx, run);
    return 'skipped';
  }
  await addGuards(tx, run, config, Math.max(...events.map(({ received_at }) => received_at.getTime())));
  await origin.prepare?.(run);
  const throttledMs = await reserveThrottledStartMs(tx, target, first);
  const startAtMs = origin.batchId || origin.originalRunId ? throttledMs : Math.max(throttledMs, first.ts);
  await enqueueDiscovery(tx, { run, config }, startAtMs);
  return 'started';
}
