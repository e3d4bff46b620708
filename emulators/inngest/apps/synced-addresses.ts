import type { Transaction } from '../store/database.ts';

/** Whether each address was synced at least once, in this process or an earlier one. */
export async function isEverySynced({ sql }: Transaction, urls: readonly string[]): Promise<boolean> {
  const known = await sql`select from synced_addresses where url = any(${[...urls]})`;
  return known.length === new Set(urls).size;
}

/** Records that an address was synced, and queues the waiting events for routing. */
export async function noteSynced({ sql, nowMs }: Transaction, url: string): Promise<void> {
  const noted = await sql`
    insert into synced_addresses (url) values (${url}) on conflict (url) do nothing returning url`;
  if (noted.length === 0) return;
  await sql`
    update jobs set run_at = ${new Date(nowMs)}
    where kind = 'route' and run_at > ${new Date(nowMs)} and lease_until is null`;
}
