// Plays the credit history through the product's own commands, then backdates it. Only the clock is forged:
// every balance, limit and rule is the product's.
import type postgres from 'postgres';
import { z } from 'zod';
import type { CreditDeed } from './credit-history.ts';
import { personaIds } from './players.ts';

const requestAnswer = z.object({ id: z.uuid() });
const transferAnswer = z.object({ transfer: z.object({ id: z.uuid() }) });

interface Moments {
  requests: { request_id: string; created_at: Date; closed_at: Date | null }[];
  decisions: { request_id: string; decided_by: string; decided_at: Date }[];
  transfers: { transfer_id: string; created_at: Date }[];
}

/**
 * Plays the entries in order. The commands run as the operator, who has no rate limits; the clock is the
 * owner's.
 */
export async function playCreditHistory(owner: postgres.Sql, deeds: readonly CreditDeed[]): Promise<void> {
  await owner.begin(async (sql) => {
    const moments: Moments = { requests: [], decisions: [], transfers: [] };
    const requests = new Map<number, Moments['requests'][number]>();
    const expired: string[] = [];
    for (const [index, deed] of deeds.entries()) {
      const key = `history-${index}`;
      const known = 'request' in deed ? requests.get(deed.request) : undefined;
      if (deed.kind === 'request') {
        const answer = requestAnswer.parse(await request(sql, deed, key));
        requests.set(deed.request, { request_id: answer.id, created_at: deed.at, closed_at: null });
      } else if (deed.kind === 'grant' || deed.kind === 'spend') {
        const answer = transferAnswer.parse(await transfer(sql, deed, key));
        moments.transfers.push({ transfer_id: answer.transfer.id, created_at: deed.at });
      } else if (known) {
        known.closed_at = deed.at;
        if (deed.kind === 'expire') expired.push(known.request_id);
        else await close(sql, deed, known.request_id, key);
        if (deed.kind === 'decide') {
          moments.decisions.push({
            request_id: known.request_id,
            decided_by: deed.approver_id,
            decided_at: deed.at,
          });
        }
      }
    }
    moments.requests.push(...requests.values());
    await expire(sql, expired);
    await moveToThePast(sql, moments);
  });
}

type Of<Kind extends CreditDeed['kind']> = Extract<CreditDeed, { kind: Kind }>;

async function request(sql: postgres.TransactionSql, deed: Of<'request'>, key: string): Promise<unknown> {
  const [row] = await sql`
    select public.request_credits(${deed.credit_type}, ${deed.amount}, ${deed.reason}, ${key},
      ${deed.player_id}::uuid, ${deed.source}) as answer`;
  return row?.answer;
}

async function transfer(
  sql: postgres.TransactionSql,
  deed: Of<'grant' | 'spend'>,
  key: string,
): Promise<unknown> {
  const { player_id, credit_type, amount, reason } = deed;
  const [row] =
    deed.kind === 'grant'
      ? await sql`
          select public.grant_credits(${player_id}::uuid, ${credit_type}, ${amount}::bigint, ${reason}, ${key},
            acting_player_id => ${personaIds.ada}::uuid) as answer`
      : await sql`
          select public.spend_credits(${player_id}::uuid, ${credit_type}, ${amount}::bigint, ${reason}, ${key}) as answer`;
  return row?.answer;
}

async function close(
  sql: postgres.TransactionSql,
  deed: Of<'decide' | 'cancel'>,
  requestId: string,
  key: string,
): Promise<void> {
  if (deed.kind === 'cancel') {
    await sql`
      select public.cancel_credit_request(${requestId}::uuid, ${key}, acting_player_id => ${deed.player_id}::uuid)`;
    return;
  }
  await sql`
    select public.decide_credit_request(${requestId}::uuid, ${deed.decision}, ${deed.comment}, ${key},
      ${deed.approver_id}::uuid, ${deed.source})`;
}

async function expire(sql: postgres.TransactionSql, requestIds: string[]): Promise<void> {
  await sql`update public.credit_requests set expires_at = now() - interval '1 second' where id = any (${requestIds})`;
  await sql`select credits.expire_credit_requests()`;
}

/** A trigger protects the ledger from changes; with triggers disabled, only times are touched. */
async function moveToThePast(sql: postgres.TransactionSql, moments: Moments): Promise<void> {
  await sql`set constraints all immediate`;
  await sql`set local session_replication_role = replica`;
  await sql`
    update public.credit_requests as request
    set created_at = moment.created_at, closed_at = moment.closed_at,
      expires_at = moment.created_at + interval '72 hours', remind_at = moment.created_at + interval '24 hours'
    from jsonb_to_recordset(${sql.json(toJson(moments.requests))})
      as moment (request_id uuid, created_at timestamptz, closed_at timestamptz)
    where request.id = moment.request_id`;
  await sql`
    update public.credit_decisions as decision
    set decided_at = moment.decided_at
    from jsonb_to_recordset(${sql.json(toJson(moments.decisions))})
      as moment (request_id uuid, decided_by uuid, decided_at timestamptz)
    where decision.request_id = moment.request_id and decision.decided_by = moment.decided_by`;
  await sql`
    update public.credit_transfers as transfer
    set created_at = moment.created_at
    from jsonb_to_recordset(${sql.json(toJson(moments.transfers))}) as moment (transfer_id uuid, created_at timestamptz)
    where transfer.id = moment.transfer_id`;
  await sql`
    update public.credit_transfers as transfer
    set created_at = request.closed_at
    from public.credit_requests as request
    where request.id = transfer.request_id and request.closed_at is not null`;
}

function toJson(rows: readonly Record<string, string | Date | null>[]): Record<string, string | null>[] {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
    ),
  );
}
