import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import type { TestDatabase } from '#dev/tests/test-database.ts';
import { type Player, runAs } from '../personas.ts';

export interface Request {
  id: string;
  state: string;
  replayed: boolean;
  approvals_needed: number;
}

export interface Decision {
  request: Request;
  decision: { decided_by: string; is_final: boolean; is_fallback: boolean };
  balances: { ai: { available: number } };
  replayed: boolean;
}

/** Requests AI credits as a player, with a new key, and therefore as a new request, by default. */
export async function requestCredits(
  database: TestDatabase,
  player: Player,
  amount: number,
  key: string = randomUUID(),
): Promise<Request> {
  const [row] = await runAs(
    database,
    player,
    (transaction) =>
      transaction<{ request: Request }[]>`
        select public.request_credits('ai', ${amount}, ${`For a campaign (${key})`}, ${key}) as request`,
  );
  if (!row) throw new Error('No request was made.');
  return row.request;
}

/** Decides a request as a player; by default approves without a comment and with a new key. */
export async function decideRequest(
  database: TestDatabase,
  by: Player,
  request_id: string,
  { decision = 'approve', comment = '', key = randomUUID() as string } = {},
): Promise<Decision> {
  const [row] = await runAs(
    database,
    by,
    (transaction) =>
      transaction<{ answer: Decision }[]>`
        select public.decide_credit_request(${request_id}, ${decision}, ${comment}, ${key}) as answer`,
  );
  if (!row) throw new Error('Nothing was decided.');
  return row.answer;
}

/** The names of all events in the outbox, oldest first. */
export async function listEvents(database: TestDatabase): Promise<string[]> {
  const rows = await database.sql<{ name: string }[]>`select name from platform.outbox order by seq`;
  return rows.map(({ name }) => name);
}

/** Changes fields of the policy of everybody, of both credit types unless one is given, from now on. */
export async function changePolicy(
  { sql }: { sql: postgres.ISql },
  changes: Record<string, string | number | boolean | null>,
  { credit_type = null as string | null, group_id = null as string | null } = {},
): Promise<void> {
  await sql`
    select public.update_credit_policy(type.credit_type, ${sql.json(changes)}, coalesce((
      select max(version.version) from credits.policy_versions as version
      where version.credit_type = type.credit_type and version.group_id is not distinct from ${group_id}), 0),
      ${group_id}, source => 'system')
    from public.credit_policies as type where ${credit_type}::text is null or type.credit_type = ${credit_type}`;
}
