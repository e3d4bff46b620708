import type { Transaction } from '../store/database.ts';

// Generic cell rate algorithm: one number per key, the time at which the next event would be due at a steady
// rate.

async function readArrivalMs({ sql, nowMs }: Transaction, key: string): Promise<number> {
  const rows = await sql<{ arrival_ms: number }[]>`select arrival_ms from rate_states where key = ${key}`;
  return Math.max(rows[0]?.arrival_ms ?? 0, nowMs);
}

async function writeArrivalMs({ sql }: Transaction, key: string, arrivalMs: number): Promise<void> {
  await sql`
    insert into rate_states (key, arrival_ms) values (${key}, ${arrivalMs})
    on conflict (key) do update set arrival_ms = excluded.arrival_ms`;
}

/** Admits one event or not: `burst` more than one at once, then one per interval. Refusals leave no trace. */
export async function takePass(
  tx: Transaction,
  key: string,
  { intervalMs, burst }: { intervalMs: number; burst: number },
): Promise<boolean> {
  const arrivalMs = await readArrivalMs(tx, key);
  if (arrivalMs - burst * intervalMs > tx.nowMs) return false;
  await writeArrivalMs(tx, key, arrivalMs + intervalMs);
  return true;
}

/** Reserves the next start in line and returns its time: `capacity` starts at once, then one per interval. */
export async function reserveStartMs(
  tx: Transaction,
  key: string,
  { intervalMs, capacity }: { intervalMs: number; capacity: number },
): Promise<number> {
  const nextArrivalMs = (await readArrivalMs(tx, key)) + intervalMs;
  await writeArrivalMs(tx, key, nextArrivalMs);
  return Math.max(tx.nowMs, nextArrivalMs - capacity * intervalMs);
}
