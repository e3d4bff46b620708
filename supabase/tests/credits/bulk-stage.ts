import { randomUUID } from 'node:crypto';
import type { TestDatabase } from '#dev/tests/test-database.ts';
import { type Player, runAs } from '../personas.ts';

export interface BulkAnswer {
  bulk_id: string | null;
  is_preview: boolean;
  replayed: boolean;
  undo_until: string | null;
  results: {
    request_id: string;
    ok: boolean;
    outcome: string;
    request: { state: string } | null;
    refusal: { status: number; code: string; message: string } | null;
    is_undone: boolean;
    undo_refusal: { code: string; message: string } | null;
  }[];
  totals: Record<string, number> & { amounts: { ai: number; lead: number } };
  refusal?: { status: number; code: string };
}

/** Decides many requests as a player; by default approves, continues after refusals, and has a new key. */
export async function decideInBulk(
  database: TestDatabase,
  by: Player,
  ids: readonly string[],
  {
    decision = 'approve',
    comment = '',
    mode = 'continue',
    key = randomUUID() as string,
    preview = false,
  } = {},
): Promise<BulkAnswer> {
  const [row] = await runAs(
    database,
    by,
    (transaction) =>
      transaction<{ answer: BulkAnswer }[]>`
        select public.bulk_decide_credit_requests(
          ${[...ids]}::uuid[], ${decision}, ${comment}, ${mode}, ${key}, ${preview}) as answer`,
  );
  if (!row) throw new Error('Nothing was decided.');
  return row.answer;
}

export async function undoBulk(
  database: TestDatabase,
  by: Player,
  bulk_id: string | null,
  key: string = randomUUID(),
): Promise<BulkAnswer> {
  const [row] = await runAs(
    database,
    by,
    (transaction) =>
      transaction<{ answer: BulkAnswer }[]>`select public.undo_bulk_decision(${bulk_id}, ${key}) as answer`,
  );
  if (!row) throw new Error('Nothing was undone.');
  return row.answer;
}

/** The AI credits that a player can spend. */
export async function readAvailable(database: TestDatabase, player: Player): Promise<number> {
  const [row] = await database.sql<{ count: number }[]>`
    select (credits.describe_balances(${player.player_id}) -> 'ai' ->> 'available')::int as count`;
  return row?.count ?? 0;
}

export const listOutcomes = ({ results }: BulkAnswer): string[] =>
  results.map(({ outcome, refusal }) => refusal?.code ?? outcome);
