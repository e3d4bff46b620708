import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import { log } from '../../process/log.ts';
import { getErrorCode, isDatabaseDown } from '../is-database-down.ts';
import type { Claims } from '../tokens/access-token.ts';

export type Extension = 'broadcast' | 'presence';

/** What row-level security on realtime.messages allows on one topic. */
export type Policies = Record<Extension, boolean>;

/** The caller and the topic. */
export interface PolicyContext {
  topic: string;
  claims: Claims;
  headers: Record<string, string>;
}

class RolledBack extends Error {}

const timeoutMs = 5000;

/** What the caller may read: two rows are inserted, selected as the caller, and rolled back. */
export async function checkReadPolicies(sql: postgres.Sql, context: PolicyContext): Promise<Policies> {
  const ids = { broadcast: randomUUID(), presence: randomUUID() };
  const policies: Policies = { broadcast: false, presence: false };
  await runRolledBack(sql, async (transaction) => {
    for (const extension of ['broadcast', 'presence'] as const) {
      await transaction`
        insert into realtime.messages (id, topic, extension, private)
        values (${ids[extension]}, ${context.topic}, ${extension}, true)`;
    }
    await actAs(transaction, context);
    try {
      const rows = await transaction<{ id: string }[]>`
        select id from realtime.messages where id in (${ids.broadcast}, ${ids.presence})`;
      policies.broadcast = rows.some((row) => row.id === ids.broadcast);
      policies.presence = rows.some((row) => row.id === ids.presence);
    } catch (error) {
      reportPolicyError(error);
    }
  });
  return policies;
}

/** Whether the caller may send to the topic: a row is inserted as the caller and rolled back. */
export async function checkWritePolicy(
  sql: postgres.Sql,
  context: PolicyContext,
  extension: Extension,
): Promise<boolean> {
  let isAllowed = false;
  await runRolledBack(sql, async (transaction) => {
    await actAs(transaction, context);
    try {
      await transaction`
        insert into realtime.messages (topic, extension, private) values (${context.topic}, ${extension}, true)`;
      isAllowed = true;
    } catch (error) {
      if (getErrorCode(error) !== '42501') reportPolicyError(error);
    }
  });
  return isAllowed;
}

async function runRolledBack(
  sql: postgres.Sql,
  work: (transaction: postgres.TransactionSql) => Promise<void>,
): Promise<void> {
  try {
    await sql.begin(async (transaction) => {
      await work(transaction);
      throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
}

async function actAs(transaction: postgres.TransactionSql, context: PolicyContext): Promise<void> {
  const { claims, topic, headers } = context;
  await transaction`
    select
      set_config('role', ${claims.role}, true),
      set_config('realtime.topic', ${topic}, true),
      set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
      set_config('request.jwt.claim.sub', ${claims.sub ?? ''}, true),
      set_config('request.jwt.claim.role', ${claims.role}, true),
      set_config('request.headers', ${JSON.stringify(headers)}, true),
      set_config('statement_timeout', ${String(timeoutMs)}, true)`;
}

// A failing policy admits nobody; an unavailable database is reported elsewhere.
function reportPolicyError(error: unknown): void {
  if (isDatabaseDown(error)) throw error;
  log('error', 'A policy on realtime.messages failed.', { error });
}
