import type { EventBody, EventRecord, IncomingEvent } from '../protocol/event.ts';
import { createUlid } from '../protocol/ulid.ts';
import { type Transaction, toJson } from './database.ts';
import { addJob } from './jobs.ts';

function completeEvent(event: IncomingEvent, internalId: string, nowMs: number): EventBody {
  return {
    id: event.id || internalId,
    name: event.name,
    data: event.data,
    ts: event.ts || nowMs,
    ...(event.user ? { user: event.user } : {}),
    ...(event.v ? { v: event.v } : {}),
  };
}

/**
 * Stores an event and the job that routes it, and returns its internal id. An internal id that is known already
 * (the same request sent again) changes nothing.
 */
export async function storeEvent(
  tx: Transaction,
  event: IncomingEvent,
  seededId: string | null = null,
): Promise<string> {
  const internalId = seededId ?? createUlid(tx.nowMs);
  const body = completeEvent(event, internalId, tx.nowMs);
  const rows = await tx.sql`
    insert into events (internal_id, name, body, received_at)
    values (${internalId}, ${event.name}, ${toJson(body)}::text::json, ${new Date(tx.nowMs)})
    on conflict (internal_id) do nothing returning internal_id`;
  if (rows.length === 1) {
    await addJob(tx, {
      key: `route:${internalId}`,
      kind: 'route',
      run_at_ms: tx.nowMs,
      payload: { internalId },
    });
  }
  return internalId;
}

/** Stores an event of the engine's own that is not routed: its function is started directly. */
export async function storeUnroutedEvent(tx: Transaction, body: EventBody): Promise<EventRecord> {
  const internalId = createUlid(tx.nowMs);
  await tx.sql`
    insert into events (internal_id, name, body, received_at)
    values (${internalId}, ${body.name}, ${toJson(body)}::text::json, ${new Date(tx.nowMs)})`;
  return { internal_id: internalId, name: body.name, body, received_at: new Date(tx.nowMs) };
}

/** The stored events among the given ids, in the order of the ids. */
export async function findEvents({ sql }: Transaction, internalIds: string[]): Promise<EventRecord[]> {
  const rows = await sql<EventRecord[]>`
    select internal_id, name, body, received_at from events where internal_id = any(${internalIds})`;
  return internalIds.flatMap((id) => rows.filter((row) => row.internal_id === id));
}
