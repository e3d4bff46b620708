import { isSent } from '#domain/platform/events.ts';

export interface OutboxEvent {
  id: string;
  name: string;
  data: Record<string, unknown>;
  created_at: string;
}

export interface OutboxPort {
  claim(maxEvents: number): Promise<OutboxEvent[]>;
  /** Rejects if not all events were accepted. Sending an id twice has one effect. */
  send(events: OutboxEvent[]): Promise<void>;
  markSent(ids: string[]): Promise<unknown>;
  release(ids: string[]): Promise<unknown>;
}

const batchSizeMax = 200;
const doneCountMax = 10_000;
const durationMsMax = 20_000;

/**
 * Sends until the outbox is empty, at most 10,000 events or 20 s per call; the sweep calls again. Concurrent
 * calls are safe, because each event is claimed once. Unsent events are released; events that were sent but
 * not marked are sent again with the same id, which has no second effect. Events without a durable function
 * are marked without being sent.
 */
export async function relayOutbox(port: OutboxPort): Promise<{ sent_count: number }> {
  let [sentCount, doneCount] = [0, 0];
  const deadline = performance.now() + durationMsMax;
  while (doneCount < doneCountMax && performance.now() < deadline) {
    const events = await port.claim(batchSizeMax);
    if (events.length === 0) break;
    const ids = events.map(({ id }) => id);
    const wanted = events.filter(({ name }) => isSent(name));
    try {
      if (wanted.length > 0) await port.send(wanted);
    } catch (cause) {
      await port.release(ids);
      throw new Error(`${wanted.length} events not accepted`, { cause });
    }
    await port.markSent(ids);
    sentCount += wanted.length;
    doneCount += events.length;
  }
  return { sent_count: sentCount };
}
