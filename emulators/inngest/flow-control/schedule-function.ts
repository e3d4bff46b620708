import { evaluateKey } from '../expressions/match-expression.ts';
import { parseDurationMs } from '../protocol/duration.ts';
import type { EventRecord } from '../protocol/event.ts';
import type { Transaction } from '../store/database.ts';
import type { FunctionRecord } from '../store/functions.ts';
import { addToBatch, isBatched } from './batch.ts';
import { createRun } from './create-run.ts';
import { debounceEvent } from './debounce.ts';
import { takePass } from './rate-state.ts';

type ScheduleOutcome = 'started' | 'duplicate' | 'rate_limited' | 'debounced' | 'batched' | 'skipped';

const dayMs = 24 * 3_600_000;

/** True for the first event of an id per function within 24 hours. */
async function claimEventId(tx: Transaction, functionId: string, eventId: string): Promise<boolean> {
  const rows = await tx.sql`
    insert into claimed_keys (key, expires_at)
    values (${`${functionId}:${eventId}`}, ${new Date(tx.nowMs + dayMs)})
    on conflict (key) do update set expires_at = excluded.expires_at
    where claimed_keys.expires_at <= ${new Date(tx.nowMs)} returning key`;
  return rows.length === 1;
}

/** A function's idempotency is a rate limit of one per day, and replaces its own rate limit. */
function readRateLimit({ config }: FunctionRecord): { limit: number; periodMs: number; key: string } | null {
  if (config.idempotency) return { limit: 1, periodMs: dayMs, key: config.idempotency };
  if (!config.rateLimit) return null;
  const { limit, period, key } = config.rateLimit;
  return { limit, periodMs: parseDurationMs(period), key: key ?? '' };
}

async function passesRateLimit(
  tx: Transaction,
  target: FunctionRecord,
  event: EventRecord,
): Promise<boolean> {
  const rule = readRateLimit(target);
  if (rule === null) return true;
  const value = rule.key === '' ? '' : evaluateKey(rule.key, event.body);
  if (value === null) return true;
  const intervalMs = rule.periodMs / rule.limit;
  return await takePass(tx, `rate:${target.id}:${value}`, { intervalMs, burst: Math.floor(rule.limit / 10) });
}

/**
 * Starts a function for an event, now or later, according to its flow control. The schedule lock must be
 * held.
 */
export async function scheduleFunction(
  tx: Transaction,
  target: FunctionRecord,
  event: EventRecord,
): Promise<ScheduleOutcome> {
  if (!(await claimEventId(tx, target.id, event.body.id))) return 'duplicate';
  if (isBatched(target, event)) return await addToBatch(tx, target, event);
  if (!(await passesRateLimit(tx, target, event))) return 'rate_limited';
  if (target.config.debounce) return await debounceEvent(tx, target, target.config.debounce, event);
  return await createRun(tx, target, [event]);
}
