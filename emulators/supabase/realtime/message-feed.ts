import type postgres from 'postgres';
import { log } from '../../process/log.ts';
import { isDatabaseDown } from '../is-database-down.ts';

/** A message sent from SQL. */
export interface StoredMessage {
  seq: string;
  topic: string;
  event: string;
  /** JSON text. */
  payload: string;
  private: boolean;
  message_id: string;
}

export interface MessageFeed {
  /**
   * Resolves when leftovers of an earlier process are dropped; clients that join from then on lose nothing.
   */
  begun: Promise<void>;
  /** Resolves when everything committed so far was delivered. */
  drain: () => Promise<void>;
  close: () => Promise<void>;
}

const channel = 'realtime_messages';
const batchSize = 500;
const sweepIntervalMs = 2000;
const purgeIntervalMs = 60 * 60 * 1000;
const retryDelayMs = 500;

/**
 * Delivers messages that SQL inserts into realtime.messages, each once, in insertion order as far as their
 * transactions had committed. A notification triggers the look-up; the messages themselves are in a table, so
 * nothing is lost while the connection is down, and a row that was delivered but could not be deleted is
 * remembered and not delivered again. Leftovers of an earlier process are dropped, because its clients are
 * gone too.
 */
export function startMessageFeed(
  sql: postgres.Sql,
  listener: postgres.Sql,
  deliver: (message: StoredMessage) => void,
): MessageFeed {
  const delivered = new Set<string>();
  const begun = Promise.withResolvers<void>();
  let isFirst = true;
  let isClosed = false;
  let running: Promise<void> | null = null;
  let isAskedAgain = false;

  const run = async (): Promise<void> => {
    do {
      isAskedAgain = false;
      if (isFirst) await sql`delete from realtime.undelivered`;
      isFirst = false;
      begun.resolve();
      while (!isClosed && (await deliverBatch(sql, delivered, deliver)));
    } while (isAskedAgain && !isClosed);
  };
  const drain = (): Promise<void> => {
    isAskedAgain = true;
    running ??= run().finally(() => {
      running = null;
    });
    return running;
  };
  const look = (): void => {
    drain().catch((error: unknown) => report('Messages could not be delivered.', error));
  };
  const purge = (): void => {
    sql`delete from realtime.messages where inserted_at < now() at time zone 'utc' - interval '3 days'`.catch(
      (error: unknown) => report('Old messages could not be removed.', error),
    );
  };
  const listen = (): void => {
    const begin = (): void => {
      look();
      purge();
    };
    listener.listen(channel, look, begin).catch((error: unknown) => {
      report('Cannot listen for messages.', error);
      if (!isClosed) setTimeout(listen, retryDelayMs).unref();
    });
  };
  listen();
  const timers = [setInterval(look, sweepIntervalMs), setInterval(purge, purgeIntervalMs)];
  return {
    begun: begun.promise,
    drain,
    close: async () => {
      isClosed = true;
      for (const timer of timers) clearInterval(timer);
      await running?.catch(() => {});
    },
  };
}

// Returns whether there may be more. Rows are compared by exact number, not by "greater than the last",
// because a transaction that began earlier may commit later.
async function deliverBatch(
  sql: postgres.Sql,
  delivered: Set<string>,
  deliver: (message: StoredMessage) => void,
): Promise<boolean> {
  const messages = await sql<StoredMessage[]>`
    select seq::text as seq, topic, coalesce(event, '') as event, coalesce(payload, '{}')::text as payload, private,
      message_id
    from realtime.undelivered order by undelivered.seq limit ${batchSize}`;
  if (messages.length === 0) return false;
  for (const message of messages) {
    if (delivered.has(message.seq)) continue;
    delivered.add(message.seq);
    deliver(message);
  }
  const seqs = messages.map((message) => message.seq);
  await sql`delete from realtime.undelivered where seq = any(string_to_array(${seqs.join(',')}, ',')::bigint[])`;
  for (const seq of seqs) delivered.delete(seq);
  return messages.length === batchSize;
}

function report(text: string, error: unknown): void {
  if (!isDatabaseDown(error)) log('error', text, { error });
}
