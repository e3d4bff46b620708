import { isTriggerMatch, isWaitMatch } from '../expressions/match-expression.ts';
import { scheduleFunction } from '../flow-control/schedule-function.ts';
import {
  type EventRecord,
  finishedEventName,
  invokedEventName,
  listTriggerNames,
  readRouting,
} from '../protocol/event.ts';
import { cancelRun } from '../steps/finish-run.ts';
import { resumePause } from '../steps/settle-step.ts';
import { lockFor, type Transaction } from '../store/database.ts';
import { findEvents } from '../store/events.ts';
import { findFunction, findTriggered } from '../store/functions.ts';
import { findCorrelatedPause, findEventPauses, type Pause } from '../store/pauses.ts';
import { lockActiveRun } from '../store/runs.ts';

/** Answers the run that invoked a function, if one still waits. */
async function answerInvoker(
  tx: Transaction,
  correlationId: string | undefined,
  memo: unknown,
): Promise<void> {
  if (correlationId === undefined) return;
  const pause = await findCorrelatedPause(tx, correlationId);
  if (pause === null) return;
  const hasFailed = typeof memo === 'object' && memo !== null && 'error' in memo;
  await resumePause(tx, pause, { status: hasFailed ? 'failed' : 'completed', memo });
}

/** Starts the one function that an invocation names, whatever its triggers, or reports why it cannot. */
async function routeInvocation(tx: Transaction, event: EventRecord): Promise<void> {
  const { fn_id: functionId = '', correlation_id: correlationId } = readRouting(event.body);
  const target = await findFunction(tx, functionId);
  const refuse = (message: string) => answerInvoker(tx, correlationId, { error: { name: 'Error', message } });
  if (target === null || target.archived_at !== null) {
    return await refuse(`could not find function with ID: ${functionId}`);
  }
  const outcome = await scheduleFunction(tx, target, event);
  if (outcome === 'rate_limited') return await refuse('invoked function is rate limited');
  if (outcome === 'skipped')
    return await refuse('invoked function was skipped: another run holds its singleton');
}

async function routeToTriggers(tx: Transaction, event: EventRecord): Promise<void> {
  const names = listTriggerNames(event.name);
  const invokedId = event.name === invokedEventName ? readRouting(event.body).fn_id : undefined;
  for (const candidate of await findTriggered(tx, names)) {
    const isMatch = candidate.config.triggers.some(
      (trigger) => names.includes(trigger.event ?? '') && isTriggerMatch(trigger.expression, event.body),
    );
    if (isMatch && candidate.id !== invokedId) await scheduleFunction(tx, candidate, event);
  }
}

/** A waiting run takes the event if its condition, evaluated with the run's own event, holds. */
async function endPause(tx: Transaction, pause: Pause, event: EventRecord): Promise<void> {
  const run = await lockActiveRun(tx, pause.run_id);
  if (run === null || !isWaitMatch(pause.expression, run.events[0], event.body)) return;
  if (pause.kind === 'cancel') {
    await cancelRun(tx, run.id);
    return;
  }
  await resumePause(tx, pause, { status: 'completed', memo: event.body });
}

/**
 * Performs everything that one stored event causes, in the caller's transaction; events are routed one at a
 * time.
 */
export async function routeEvent(tx: Transaction, internalId: string): Promise<void> {
  await lockFor(tx.sql, 'schedule');
  const [event] = await findEvents(tx, [internalId]);
  if (event === undefined) return;
  if (event.name === invokedEventName) await routeInvocation(tx, event);
  await routeToTriggers(tx, event);
  if (event.name === finishedEventName) {
    const { correlation_id: correlationId, error, result } = event.body.data;
    const memo = error === undefined ? { data: result ?? null } : { error };
    await answerInvoker(tx, typeof correlationId === 'string' ? correlationId : undefined, memo);
  }
  for (const pause of await findEventPauses(tx, event.name, event.received_at)) {
    if (!pause.trigger_ids.includes(event.internal_id)) await endPause(tx, pause, event);
  }
}
