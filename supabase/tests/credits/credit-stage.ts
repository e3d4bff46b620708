import { randomUUID } from 'node:crypto';
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
