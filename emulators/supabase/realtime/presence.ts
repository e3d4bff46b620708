import { randomUUID } from 'node:crypto';
import { type TopicKey, toKey } from './topic-registry.ts';

type Meta = Record<string, unknown> & { phx_ref: string };

/** Metas by presence key, as clients receive them. */
export type PresenceState = Record<string, { metas: Meta[] }>;

export interface PresenceDiff {
  joins: PresenceState;
  leaves: PresenceState;
}

/** A member who sees others and may be seen. */
export interface PresenceMember {
  presenceKey: string;
  mayReadPresence: () => boolean;
  deliverPresence: (event: 'presence_state' | 'presence_diff', payload: PresenceState | PresenceDiff) => void;
}

interface Room {
  members: Set<PresenceMember>;
  metas: Map<PresenceMember, Meta>;
}

/** Presence by topic. Every member has at most one entry. */
export class PresenceRegistry {
  readonly #rooms = new Map<string, Room>();

  /** Subscribes a member to presence, starting with the current state. */
  join(topic: TopicKey, member: PresenceMember): void {
    const room = this.#rooms.get(toKey(topic)) ?? { members: new Set(), metas: new Map() };
    this.#rooms.set(toKey(topic), room);
    if (room.members.has(member)) return;
    room.members.add(member);
    if (member.mayReadPresence()) member.deliverPresence('presence_state', listPresent(room));
  }

  /** Sets a member's presence entry, replacing the previous one. */
  track(topic: TopicKey, member: PresenceMember, payload: Record<string, unknown>): void {
    this.join(topic, member);
    const room = this.#rooms.get(toKey(topic));
    if (!room) return;
    const before = room.metas.get(member);
    const meta: Meta = {
      ...payload,
      ...(before ? { phx_ref_prev: before.phx_ref } : {}),
      phx_ref: randomUUID(),
    };
    room.metas.set(member, meta);
    tellEveryone(room, {
      joins: toState(member, meta),
      leaves: before ? toState(member, before) : {},
    });
  }

  /** Removes a member's entry; it still sees the others. */
  untrack(topic: TopicKey, member: PresenceMember): void {
    const room = this.#rooms.get(toKey(topic));
    const meta = room?.metas.get(member);
    if (!room || !meta) return;
    room.metas.delete(member);
    tellEveryone(room, { joins: {}, leaves: toState(member, meta) });
  }

  leave(topic: TopicKey, member: PresenceMember): void {
    const room = this.#rooms.get(toKey(topic));
    room?.members.delete(member);
    this.untrack(topic, member);
    if (room?.members.size === 0) this.#rooms.delete(toKey(topic));
  }
}

function listPresent(room: Room): PresenceState {
  const state: PresenceState = {};
  for (const [member, meta] of room.metas) {
    const entry = state[member.presenceKey] ?? { metas: [] };
    entry.metas.push(meta);
    state[member.presenceKey] = entry;
  }
  return state;
}

function toState(member: PresenceMember, meta: Meta): PresenceState {
  return { [member.presenceKey]: { metas: [meta] } };
}

function tellEveryone(room: Room, diff: PresenceDiff): void {
  for (const member of room.members) {
    if (member.mayReadPresence()) member.deliverPresence('presence_diff', diff);
  }
}
