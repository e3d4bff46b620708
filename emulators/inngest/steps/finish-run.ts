import type { EventBody } from '../protocol/event.ts';
import { cancelledEventName, failedEventName, finishedEventName, readRouting } from '../protocol/event.ts';
import { type Transaction, toJson } from '../store/database.ts';
import { storeEvent } from '../store/events.ts';
import { lockActiveRun, type Run } from '../store/runs.ts';

type FinalStatus = 'Completed' | 'Failed' | 'Cancelled';

const cancellation = { name: 'Error', message: 'function cancelled' };

/**
 * Runs that handle the end of other runs must not report their own end the same way, or they would never
 * stop.
 */
const silentTriggers = new Set([finishedEventName, failedEventName]);

/** One event per waiting invoker, and one for everybody else, about the first event. */
function chooseReported(events: EventBody[]): { event: EventBody; correlation_id?: string }[] {
  const reports = events.map((event) => ({ event, correlation_id: readRouting(event).correlation_id }));
  return reports.filter(({ correlation_id }, index) => index === 0 || correlation_id !== undefined);
}

async function reportEnd(tx: Transaction, run: Run, status: FinalStatus, output: unknown): Promise<void> {
  if (run.events.some(({ name }) => silentTriggers.has(name))) return;
  const outcome = status === 'Completed' ? { result: output ?? null } : { error: output };
  const about = { function_id: run.function_id, run_id: run.id, events: run.events, ...outcome };
  for (const { event, correlation_id } of chooseReported(run.events)) {
    const data = { ...about, event, ...(correlation_id ? { correlation_id } : {}), _inngest: { status } };
    await storeEvent(tx, { name: finishedEventName, data });
  }
  if (status === 'Completed') return;
  const name = status === 'Failed' ? failedEventName : cancelledEventName;
  const [event] = run.events;
  await storeEvent(tx, { id: run.id, name, data: { ...about, event, _inngest: { status } } });
}

/** Ends a locked run: removes everything outstanding and emits the events about its end. */
export async function finishRun(
  tx: Transaction,
  run: Run,
  status: FinalStatus,
  output: unknown,
): Promise<void> {
  await tx.sql`
    update runs set status = ${status}, output = ${toJson(output)}::text::json, pending = '{}',
      step_count = ${run.step_count}, ended_at = ${new Date(tx.nowMs)}
    where id = ${run.id}`;
  await tx.sql`delete from jobs where run_id = ${run.id}`;
  await tx.sql`delete from pauses where run_id = ${run.id}`;
  await tx.sql`delete from singletons where run_id = ${run.id}`;
  await reportEnd(tx, run, status, output);
}

/**
 * Cancels a run that has not ended; a call in flight continues, and its answer is dropped. False if it has
 * ended.
 */
export async function cancelRun(tx: Transaction, runId: string): Promise<boolean> {
  const run = await lockActiveRun(tx, runId);
  if (run === null) return false;
  await finishRun(tx, run, 'Cancelled', cancellation);
  return true;
}
