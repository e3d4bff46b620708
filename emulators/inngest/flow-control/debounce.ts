import { evaluateKey } from '../expressions/match-expression.ts';
import { parseDurationMs } from '../protocol/duration.ts';
import type { EventRecord } from '../protocol/event.ts';
import type { FunctionConfig } from '../protocol/function-config.ts';
import { lockFor, type Transaction } from '../store/database.ts';
import { findEvents } from '../store/events.ts';
import { type FunctionRecord, findFunction } from '../store/functions.ts';
import { addJob } from '../store/jobs.ts';
import { createRun } from './create-run.ts';

interface Debounce {
  key: string;
  function_id: string;
  event_id: string;
  due_at: Date;
  latest_at: Date | null;
}

async function findDebounce({ sql }: Transaction, key: string): Promise<Debounce | null> {
  const rows = await sql<Debounce[]>`select * from debounces where key = ${key}`;
  return rows[0] ?? null;
}

function addDebounceJob(tx: Transaction, key: string, dueAtMs: number): Promise<void> {
  return addJob(tx, {
    key: `debounce:${key}:${dueAtMs}`,
    kind: 'debounce',
    run_at_ms: dueAtMs,
    payload: { key },
  });
}

/** Of two events, the one with the later timestamp stays; with equal ones, the one that arrived last. */
async function chooseNewest(tx: Transaction, held: Debounce | null, event: EventRecord): Promise<string> {
  if (held === null) return event.internal_id;
  const [stored] = await findEvents(tx, [held.event_id]);
  return stored !== undefined && stored.body.ts > event.body.ts ? held.event_id : event.internal_id;
}

/** Debounces an event until its key has been quiet for the period, or the maximum delay is over. */
export async function debounceEvent(
  tx: Transaction,
  target: FunctionRecord,
  rule: NonNullable<FunctionConfig['debounce']>,
  event: EventRecord,
): Promise<'debounced'> {
  const key = `${target.id}:${rule.key ? (evaluateKey(rule.key, event.body) ?? '') : ''}`;
  const held = await findDebounce(tx, key);
  const firstLatest = rule.timeout ? new Date(tx.nowMs + parseDurationMs(rule.timeout)) : null;
  const latestAt = held === null ? firstLatest : held.latest_at;
  const quietAtMs = tx.nowMs + parseDurationMs(rule.period);
  const dueAtMs = Math.min(quietAtMs, latestAt?.getTime() ?? quietAtMs);
  const eventId = await chooseNewest(tx, held, event);
  await tx.sql`
    insert into debounces (key, function_id, event_id, due_at, latest_at)
    values (${key}, ${target.id}, ${eventId}, ${new Date(dueAtMs)}, ${latestAt})
    on conflict (key) do update set event_id = excluded.event_id, due_at = excluded.due_at`;
  await addDebounceJob(tx, key, dueAtMs);
  return 'debounced';
}

/** Starts the function if its key is still quiet; a newer event has moved the time and has a separate job. */
export async function fireDebounce(tx: Transaction, key: string): Promise<void> {
  await lockFor(tx.sql, 'schedule');
  const held = await findDebounce(tx, key);
  if (held === null || held.due_at.getTime() > tx.nowMs) return;
  await tx.sql`delete from debounces where key = ${key}`;
  const target = await findFunction(tx, held.function_id);
  const events = await findEvents(tx, [held.event_id]);
  if (target !== null && target.archived_at === null && events.length > 0)
    await createRun(tx, target, events);
}
