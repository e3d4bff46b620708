import type { Log } from '../../process/log.ts';
import type { JsonObject } from './records.ts';

/** A gateway event before it gets a session's sequence number. `intent` 0 reaches every session. */
export interface Dispatch {
  name: string;
  body: JsonObject;
  intent: number;
  guild_id: string | null;
}

/** One line of the live log. The level loud is for events that a developer must see. */
interface Notice {
  id: number;
  at: string;
  kind: string;
  level: 'info' | 'loud';
  summary: string;
  detail: JsonObject;
}

/** Tells the page which parts are stale. */
interface Change {
  kind: 'messages' | 'members' | 'people' | 'application' | 'commands' | 'interaction' | 'faults' | 'all';
  channel_id?: string;
  message_id?: string;
  interaction_id?: string;
}

type Listener<Event> = (event: Event) => void;

/** Distributes changes between the parts of the sandbox. */
export interface Hub {
  dispatch(event: Dispatch): void;
  note(kind: string, summary: string, detail?: JsonObject): void;
  warn(kind: string, summary: string, detail?: JsonObject): void;
  change(change: Change): void;
  /** Ends all gateway connections with a close code; null asks the clients to reconnect (opcode 7). */
  dropConnections(code: number | null): void;
  notices(): Notice[];
  onDispatch(listener: Listener<Dispatch>): () => void;
  onNotice(listener: Listener<Notice>): () => void;
  onChange(listener: Listener<Change>): () => void;
  onDropConnections(listener: Listener<number | null>): () => void;
}

const noticesKept = 400;

function createChannel<Event>(): { emit: Listener<Event>; on: (listener: Listener<Event>) => () => void } {
  const listeners = new Set<Listener<Event>>();
  return {
    emit(event) {
      for (const listener of listeners) listener(event);
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Creates a hub; `log` receives the loud lines, for the process log. */
export function createHub(nowMs: () => number, log: Log): Hub {
  const dispatches = createChannel<Dispatch>();
  const noticed = createChannel<Notice>();
  const changes = createChannel<Change>();
  const drops = createChannel<number | null>();
  const kept: Notice[] = [];
  let count = 0;

  function record(level: Notice['level'], kind: string, summary: string, detail: JsonObject): void {
    count += 1;
    const notice = { id: count, at: new Date(nowMs()).toISOString(), kind, level, summary, detail };
    kept.push(notice);
    if (kept.length > noticesKept) kept.shift();
    if (level === 'loud') log('warn', summary, { kind, ...detail });
    noticed.emit(notice);
  }

  return {
    dispatch: dispatches.emit,
    note: (kind, summary, detail = {}) => record('info', kind, summary, detail),
    warn: (kind, summary, detail = {}) => record('loud', kind, summary, detail),
    change: changes.emit,
    dropConnections: drops.emit,
    notices: () => [...kept],
    onDispatch: dispatches.on,
    onNotice: noticed.on,
    onChange: changes.on,
    onDropConnections: drops.on,
  };
}
