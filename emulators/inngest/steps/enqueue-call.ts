import { createUlid } from '../protocol/ulid.ts';
import type { Transaction } from '../store/database.ts';
import { addJob } from '../store/jobs.ts';
import type { ActiveRun } from './active-run.ts';

/** The run's concurrency keys with the current configuration's limits. */
function listConcurrency({ run, config }: ActiveRun): { key: string; limit: number }[] {
  return config.concurrency.flatMap(({ limit }, index) => {
    const key = run.concurrency_keys[index];
    return key ? [{ key, limit }] : [];
  });
}

/** Queues a call that runs exactly one planned step. */
export async function enqueueStep(tx: Transaction, active: ActiveRun, stepId: string): Promise<void> {
  await addJob(tx, {
    key: `step:${active.run.id}:${stepId}`,
    kind: 'step',
    run_id: active.run.id,
    step_id: stepId,
    run_at_ms: tx.nowMs,
    order_at_ms: active.run.order_at.getTime(),
    concurrency: listConcurrency(active),
  });
}

/**
 * Queues a discovery call, in which the SDK finds out what comes next. One unclaimed call is enough, because
 * it reads the state when it is claimed.
 */
export async function enqueueDiscovery(
  tx: Transaction,
  active: ActiveRun,
  runAtMs: number = tx.nowMs,
): Promise<void> {
  const { run } = active;
  const untouched = await tx.sql`
    select from jobs where run_id = ${run.id} and kind = 'discover' and attempt = 0 and lease_generation = 0`;
  if (untouched.length > 0) return;
  await addJob(tx, {
    key: `discover:${run.id}:${createUlid(tx.nowMs)}`,
    kind: 'discover',
    run_id: run.id,
    run_at_ms: runAtMs,
    order_at_ms: run.order_at.getTime(),
    concurrency: listConcurrency(active),
  });
}

/** Continues after a step: not while its parallel group has unsettled members, unless they race. */
export async function continueRun(tx: Transaction, active: ActiveRun, isRace: boolean): Promise<void> {
  const { run } = active;
  if (run.pending.length > 0 && !isRace) return;
  if (run.req_version >= 2) run.is_planning_forced = false;
  await enqueueDiscovery(tx, active);
}
