import type { Transaction } from './database.ts';

export interface Pause {
  id: string;
  run_id: string;
  step_id: string | null;
  kind: 'event' | 'signal' | 'invoke' | 'cancel';
  event_name: string | null;
  expression: string | null;
  correlation_id: string | null;
  signal: string | null;
  created_at: Date;
  expires_at: Date | null;
}

interface NewPause {
  run_id: string;
  /** The step that waits, or a name that is unique within the run. */
  place: string;
  step_id?: string;
  kind: Pause['kind'];
  event_name?: string;
  expression?: string | null;
  correlation_id?: string;
  signal?: string;
  /** Events received before this do not count; defaults to now. */
  created_at_ms?: number;
  expires_at_ms?: number;
}

export async function addPause({ sql, nowMs }: Transaction, pause: NewPause): Promise<void> {
  const expiresAt = pause.expires_at_ms === undefined ? null : new Date(pause.expires_at_ms);
  await sql`
    insert into pauses (id, run_id, step_id, kind, event_name, expression, correlation_id, signal,
      created_at, expires_at)
    values (${`${pause.run_id}:${pause.place}`}, ${pause.run_id}, ${pause.step_id ?? null}, ${pause.kind},
      ${pause.event_name ?? null}, ${pause.expression ?? null}, ${pause.correlation_id ?? null},
      ${pause.signal ?? null}, ${new Date(pause.created_at_ms ?? nowMs)}, ${expiresAt})`;
}

/** Removes a pause. Exactly one caller gets true, and that one resumes the run. */
export async function consumePause({ sql }: Transaction, pauseId: string): Promise<boolean> {
  const rows = await sql`delete from pauses where id = ${pauseId} returning id`;
  return rows.length === 1;
}

/** Pauses that an event of this name, received at the given time, may end, in run lock order. */
export async function findEventPauses(
  { sql }: Transaction,
  eventName: string,
  receivedAt: Date,
): Promise<(Pause & { trigger_ids: string[] })[]> {
  return await sql<(Pause & { trigger_ids: string[] })[]>`
    select pauses.*, runs.event_ids as trigger_ids from pauses join runs on runs.id = pauses.run_id
    where event_name = ${eventName} and created_at <= ${receivedAt}
      and (expires_at is null or expires_at > ${receivedAt})
    order by run_id, pauses.id`;
}

export async function findCorrelatedPause(
  { sql }: Transaction,
  correlationId: string,
): Promise<Pause | null> {
  const rows = await sql<Pause[]>`select * from pauses where correlation_id = ${correlationId}`;
  return rows[0] ?? null;
}

export async function findSignalPause({ sql }: Transaction, signal: string): Promise<Pause | null> {
  const rows = await sql<Pause[]>`select * from pauses where signal = ${signal}`;
  return rows[0] ?? null;
}
