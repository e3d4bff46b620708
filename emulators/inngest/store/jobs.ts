import type { Transaction } from './database.ts';
import { toJson } from './database.ts';

/** Kinds that call the application; the others only touch the database. */
export const callKinds = ['discover', 'step'] as const;
const internalKinds = [
  'route',
  'sleep',
  'pause_timeout',
  'cron',
  'debounce',
  'batch',
  'start_timeout',
  'finish_timeout',
] as const;

export interface Job {
  id: string;
  key: string;
  kind: (typeof callKinds)[number] | (typeof internalKinds)[number];
  run_id: string | null;
  function_id: string | null;
  step_id: string | null;
  attempt: number;
  refusals: number;
  run_at: Date;
  payload: unknown;
  concurrency_keys: string[];
  concurrency_limits: number[];
  lease_generation: number;
}

interface NewJob {
  /** A second job with the key of an outstanding one is not added. */
  key: string;
  kind: Job['kind'];
  run_id?: string;
  function_id?: string;
  step_id?: string;
  run_at_ms: number;
  /** Among due jobs the smallest goes first; defaults to `run_at_ms`. */
  order_at_ms?: number;
  payload?: unknown;
  concurrency?: { key: string; limit: number }[];
}

export async function addJob({ sql }: Transaction, job: NewJob): Promise<void> {
  const concurrency = job.concurrency ?? [];
  await sql`
    insert into jobs (key, kind, run_id, function_id, step_id, run_at, order_at, payload,
      concurrency_keys, concurrency_limits)
    values (${job.key}, ${job.kind}, ${job.run_id ?? null}, ${job.function_id ?? null}, ${job.step_id ?? null},
      ${new Date(job.run_at_ms)}, ${new Date(job.order_at_ms ?? job.run_at_ms)},
      ${toJson(job.payload)}::text::json,
      ${concurrency.map(({ key }) => key)}, ${concurrency.map(({ limit }) => limit)})
    on conflict (key) do nothing`;
}

/** Releases a claimed job for redelivery at the given time, unless the claim has lapsed. */
export async function postponeJob(
  { sql }: Transaction,
  job: Job,
  change: { run_at_ms: number; attempt?: number; refusals?: number; error?: string | null },
): Promise<void> {
  await sql`
    update jobs set run_at = ${new Date(change.run_at_ms)}, attempt = ${change.attempt ?? job.attempt},
      refusals = ${change.refusals ?? job.refusals}, last_error = ${change.error ?? null}, lease_until = null
    where id = ${job.id} and lease_generation = ${job.lease_generation}`;
}

export async function removeJob({ sql }: Transaction, jobId: string): Promise<void> {
  await sql`delete from jobs where id = ${jobId}`;
}

export async function removeJobByKey({ sql }: Transaction, key: string): Promise<void> {
  await sql`delete from jobs where key = ${key}`;
}

/**
 * Whether the claim is still valid; its row stays locked until the transaction ends. Lock the run before
 * this.
 */
export async function holdJob({ sql }: Transaction, job: Job): Promise<boolean> {
  const rows = await sql`
    select from jobs where id = ${job.id} and lease_generation = ${job.lease_generation} for update`;
  return rows.length === 1;
}

/** When the first job becomes due after the given time, in engine time; `null` if there is none. */
export async function findNextDueMs({ sql }: Transaction, afterMs: number): Promise<number | null> {
  const rows = await sql<{ run_at: Date | null }[]>`
    select min(run_at) as run_at from jobs where run_at > ${new Date(afterMs)}`;
  return rows[0]?.run_at?.getTime() ?? null;
}

/** When the first unclaimed job is due, which may be in the past; `null` if there is none. */
export async function findFreeDueMs({ sql }: Transaction): Promise<number | null> {
  const rows = await sql<{ run_at: Date | null }[]>`
    select min(run_at) as run_at from jobs where lease_until is null or lease_until < clock_timestamp()`;
  return rows[0]?.run_at?.getTime() ?? null;
}

/** The jobs that are due first, claimed or not. */
export async function listNextJobs({ sql }: Transaction): Promise<{ key: string; run_at: Date }[]> {
  return await sql<
    { key: string; run_at: Date }[]
  >`select key, run_at from jobs order by run_at, id limit 20`;
}
