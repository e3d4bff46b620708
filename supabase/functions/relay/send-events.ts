import type { OutboxEvent } from './relay-outbox.ts';

const sendTimeoutMs = 10_000;

/** Posts events to the event API of Inngest. The row id is the event id, so a repeat has no second effect. */
export function createEventSender(eventUrl: string, eventKey: string) {
  const url = `${eventUrl.replace(/\/$/, '')}/e/${encodeURIComponent(eventKey)}`;
  return async function sendEvents(events: OutboxEvent[]): Promise<void> {
    const body = events.map(({ id, name, data, created_at }) => ({
      id,
      name,
      data,
      ts: Date.parse(created_at),
    }));
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(sendTimeoutMs),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the event API answered ${response.status}`);
  };
}
