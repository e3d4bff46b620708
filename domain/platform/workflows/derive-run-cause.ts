import type { RunCauseKind } from './vocabulary.ts';
import type { RunCause } from './workflow-report.ts';

/** What an event is about, by the field that names it; the first that is there counts. */
const subjects: readonly [field: string, kind: RunCauseKind][] = [
  ['request_id', 'request'],
  ['player_id', 'player'],
  ['run_id', 'run'],
  ['board', 'board'],
  ['discord_user_id', 'member'],
  ['guild_id', 'guild'],
  ['cron', 'schedule'],
];

const idLengthMax = 200;

/** The subject of an event, derived from its data; without one, the event itself. */
export function deriveRunCause(event: { name: string; data?: unknown }): RunCause {
  const data = typeof event.data === 'object' && event.data !== null ? event.data : {};
  const values = new Map<string, unknown>(Object.entries(data));
  for (const [field, kind] of subjects) {
    const id = values.get(field);
    if (typeof id === 'string' && id !== '') return { kind, id: id.slice(0, idLengthMax) };
  }
  return { kind: 'event', id: event.name.slice(0, idLengthMax) };
}
