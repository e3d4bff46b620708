import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import { measure } from './measure.ts';
import type { Row } from './report.ts';

const pendingCount = 10_000;
const bulkCount = 1_000;

/** Creates players with one pending request each and 50,000 closed ones, and returns an admin. */
async function fillRequests(sql: postgres.Sql): Promise<string> {
  await sql`
    insert into public.profiles (username, display_name)
    select 'asker-' || number, 'Asker ' || number from generate_series(1, ${pendingCount}) as number`;
  await sql`
    insert into public.credit_requests (player_id, credit_type, amount, reason, source, created_at, expires_at, remind_at)
    select id, case when random() < 0.5 then 'ai' else 'lead' end, 1 + floor(random() * 100)::int,
      'For a campaign', 'web', now() - random() * interval '2 days', now() + interval '1 day', now() + interval '1 day'
    from public.profiles where username like 'asker-%'`;
  await sql`
    insert into public.credit_requests
      (player_id, credit_type, amount, reason, source, state, created_at, closed_at, expires_at, remind_at)
    select id, 'ai', 1 + floor(random() * 400)::int, 'For an older campaign', 'web', 'cancelled',
      now() - interval '10 days' - random() * interval '90 days', now() - interval '9 days', now() - interval '9 days',
      now() - interval '9 days'
    from public.profiles, generate_series(1, 5) where username like 'asker-%'`;
  const [admin] = await sql<{ id: string }[]>`
    insert into public.profiles (username, display_name, role) values ('bulk-admin', 'Ada', 'admin') returning id`;
  await sql`
    insert into public.profiles (username, display_name, role)
    select 'bulk-manager-' || number, 'Manager', 'manager' from generate_series(1, 5) as number`;
  // As after some months: most players have received credits, and the tables have statistics.
  await sql`
    insert into public.credit_accounts (player_id, credit_type, kind)
    select id, credit_type, kind from public.profiles, unnest('{ai,lead}'::text[]) as credit_type,
      unnest('{available,held}'::text[]) as kind where username like 'asker-%'`;
  await sql`analyze public.profiles, public.credit_requests, public.credit_accounts`;
  return admin?.id ?? '';
}

/** The queue with 10,000 pending requests, and 1,000 decisions at once. */
export async function benchRequests(sql: postgres.Sql): Promise<Row[]> {
  const admin = await fillRequests(sql);
  const page = await measure(30, () => sql`select public.list_request_queue()`);
  const filtered = await measure(
    10,
    () => sql`select public.list_request_queue('pending', '{"text": "campaign", "amount_min": 50}')`,
  );
  const ids = await sql<{ id: string }[]>`
    select id from public.credit_requests where state = 'pending' order by created_at limit ${bulkCount}`;
  const decide = (isPreview: boolean) => sql<{ approved: number }[]>`
    select (public.bulk_decide_credit_requests(${ids.map(({ id }) => id)}::uuid[], 'approve', null, 'continue',
      ${randomUUID()}, ${isPreview}, ${admin}) -> 'totals' ->> 'approved')::int as approved`;
  const time = async (work: () => PromiseLike<{ approved: number }[]>) => {
    const begunAt = performance.now();
    const [answer] = await work();
    if (answer?.approved !== bulkCount)
      throw new Error(`${answer?.approved} of ${bulkCount} requests were approved.`);
    return (performance.now() - begunAt) / 1000;
  };
  return [
    {
      name: 'requests: the queue with 10,000 pending',
      value: page.median_us / 1000,
      unit: 'ms',
      target: 200,
    },
    { name: 'requests: the same, filtered by text and amount', value: filtered.median_us / 1000, unit: 'ms' },
    { name: 'requests: a preview of 1,000 decisions', value: await time(() => decide(true)), unit: 's' },
    { name: 'requests: 1,000 bulk decisions', value: await time(() => decide(false)), unit: 's', target: 5 },
  ];
}
