import type { Transaction } from './database.ts';
import { callKinds, type Job } from './jobs.ts';

interface ClaimRequest {
  isCall: boolean;
  slotCount: number;
  /** Jobs this process is still working on: they stay its own even if a stall let the lease lapse. */
  heldIds: string[];
  leaseMs: number;
}

/** Due, unclaimed jobs whose run has no other discovery call and whose limits have room. */
function selectClaimable({ sql, nowMs }: Transaction, { isCall, slotCount, heldIds }: ClaimRequest) {
  return sql<Job[]>`
    with held as (
      select id, kind, run_id, concurrency_keys from jobs
      where lease_until > clock_timestamp() or id = any(${heldIds}::bigint[])
    ), busy as (
      select held_key, count(*)::int as holder_count from held, unnest(held.concurrency_keys) as held_key
      group by held_key
    )
    select jobs.* from jobs
    where jobs.run_at <= ${new Date(nowMs)}
      and (jobs.kind = any(${[...callKinds]})) = ${isCall}
      and not exists (select from held where held.id = jobs.id)
      and (jobs.kind <> 'discover' or not exists (
        select from held where held.kind = 'discover' and held.run_id = jobs.run_id))
      and not exists (
        select from unnest(jobs.concurrency_keys, jobs.concurrency_limits) as wanted (key, max_count)
        join busy on busy.held_key = wanted.key where busy.holder_count >= wanted.max_count)
    order by jobs.order_at, jobs.id limit ${slotCount}`;
}

/** The number of calls that currently hold each concurrency key. */
async function countHolders({ sql }: Transaction, heldIds: string[]): Promise<Map<string, number>> {
  const rows = await sql<{ held_key: string; holder_count: number }[]>`
    select held_key, count(*)::int as holder_count from jobs, unnest(concurrency_keys) as held_key
    where lease_until > clock_timestamp() or id = any(${heldIds}::bigint[]) group by held_key`;
  return new Map(rows.map(({ held_key, holder_count }) => [held_key, holder_count]));
}

/** Filters out jobs that would exceed a limit together with an earlier job of the same page. */
function chooseWithinLimits(candidates: readonly Job[], holders: Map<string, number>): Job[] {
  const discovering = new Set<string>();
  return candidates.filter((job) => {
    if (job.kind === 'discover' && job.run_id !== null) {
      if (discovering.has(job.run_id)) return false;
    }
    const isFull = job.concurrency_keys.some(
      (key, index) => (holders.get(key) ?? 0) >= (job.concurrency_limits[index] ?? Number.POSITIVE_INFINITY),
    );
    if (isFull) return false;
    if (job.kind === 'discover' && job.run_id !== null) discovering.add(job.run_id);
    for (const key of job.concurrency_keys) holders.set(key, (holders.get(key) ?? 0) + 1);
    return true;
  });
}

/**
 * Claims due jobs for this worker, oldest run first. No two workers get the same job while its lease lasts;
 * the claim lock must be held.
 */
export async function claimJobs(tx: Transaction, request: ClaimRequest): Promise<Job[]> {
  if (request.slotCount <= 0) return [];
  const candidates = await selectClaimable(tx, request);
  if (candidates.length === 0) return [];
  const hasLimits = candidates.some((job) => job.concurrency_keys.length > 0);
  const holders = hasLimits ? await countHolders(tx, request.heldIds) : new Map<string, number>();
  const ids = chooseWithinLimits(candidates, holders).map(({ id }) => id);
  const claimed = await tx.sql<Job[]>`
    update jobs set lease_until = clock_timestamp() + ${request.leaseMs} * interval '1 millisecond',
      lease_generation = lease_generation + 1
    where id = any(${ids}::bigint[]) returning *`;
  return ids.flatMap((id) => claimed.filter((job) => job.id === id));
}

/** Extends the leases of jobs in progress. */
export async function renewLeases({ sql }: Transaction, jobs: Job[], leaseMs: number): Promise<void> {
  const ids = jobs.map(({ id }) => id);
  const generations = jobs.map(({ lease_generation }) => lease_generation);
  await sql`
    update jobs set lease_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
    from unnest(${ids}::bigint[], ${generations}::int[]) as mine (id, generation)
    where jobs.id = mine.id and jobs.lease_generation = mine.generation`;
}
