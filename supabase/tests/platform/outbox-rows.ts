import type { Transaction } from '../personas.ts';

/** An event in the outbox, fresh by default. */
export interface OutboxRow {
  seq: number;
  attempts?: number;
  /** Seconds until the claim ends; null if there is none. */
  claim?: number | null;
  isSent?: boolean;
}

/** When a claim ends, in seconds from now. */
export const [held, endsNow, due] = [30, 0, -1];

/** Inserts rows into the outbox in this order. */
export async function putOutboxRows(sql: Transaction, rows: readonly OutboxRow[]): Promise<void> {
  for (const { seq, attempts = 0, claim = attempts === 0 ? null : due, isSent = false } of rows) {
    await sql`
      insert into platform.outbox (seq, name, data, attempts, claimed_until, sent_at) overriding system value
      values (${seq}, 'test/thing.happened', '{}', ${attempts}, now() + make_interval(secs => ${claim}),
        case when ${isSent} then now() - interval '1 minute' end)`;
  }
}
