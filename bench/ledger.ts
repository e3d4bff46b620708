import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import { measureInTurns } from './measure.ts';
import type { Row } from './report.ts';

/**
 * One transfer: its row, two entries with balances and versions, two locked accounts; alternating with a bare insert
 * of two rows like the entries, with the same indexes and in one statement.
 */
export async function benchLedger(sql: postgres.Sql): Promise<Row[]> {
  const [player] = await sql<{ id: string }[]>`
    insert into public.profiles (username, display_name) values ('ledger-bench', 'Ledger') returning id`;
  const [admin] = await sql<{ id: string }[]>`
    insert into public.profiles (username, display_name, role) values ('ledger-admin', 'Ada', 'admin') returning id`;
  const [id, adminId] = [player?.id ?? '', admin?.id ?? ''];
  await sql`create table public.bench_entries (like public.credit_entries including all)`;
  let version = 0;
  const timings = await measureInTurns(20, 100, {
    transfer: () => sql`
      select credits.post_transfer(
        jsonb_populate_record(null::public.credit_transfers, jsonb_build_object(
          'kind', 'grant', 'credit_type', 'ai', 'player_id', ${id}::uuid, 'amount', 1,
          'idempotency_key', ${randomUUID()}::text, 'reason', 'bench', 'source', 'system')),
        'issuance', 'available')`,
    bare: () => {
      version += 1;
      const transferId = randomUUID();
      return sql`
        insert into public.bench_entries
          (transfer_id, account_id, account_version, amount, balance_before, balance_after)
        values (${transferId}::uuid, 1, ${version}, -1, ${-version + 1}, ${-version}),
          (${transferId}::uuid, 2, ${version}, 1, ${version - 1}, ${version})`;
    },
    grant: () => sql`
      select public.grant_credits(${id}, 'ai', 1, 'For a benchmark', ${randomUUID()}, null, ${adminId})`,
  });
  await sql`drop table public.bench_entries`;
  const medianUs = (name: string): number => timings.get(name)?.median_us ?? Number.NaN;
  return [
    { name: 'ledger: a transfer', value: medianUs('transfer'), unit: 'µs' },
    { name: 'ledger: a bare insert of two rows', value: medianUs('bare'), unit: 'µs' },
    {
      name: 'ledger: transfer / bare insert',
      value: medianUs('transfer') / medianUs('bare'),
      unit: '×',
      target: 5,
    },
    {
      name: 'ledger: a grant, with its command, lot, audit and messages',
      value: medianUs('grant'),
      unit: 'µs',
    },
  ];
}
