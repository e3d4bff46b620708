import { encodeBroadcast, type FrameVersion, type UserBroadcast } from './frame.ts';

/** A subscriber of a topic. */
export interface Subscriber {
  version: FrameVersion;
  mayReadBroadcasts: () => boolean;
  deliver: (message: string | Uint8Array) => void;
}

/** A joined topic: the private and the public topic of one name are unrelated. */
export interface TopicKey {
  name: string;
  isPrivate: boolean;
}

/** The subscribers of each topic. */
export class TopicRegistry {
  readonly #subscribers = new Map<string, Set<Subscriber>>();

  add(topic: TopicKey, subscriber: Subscriber): void {
    const key = toKey(topic);
    const subscribers = this.#subscribers.get(key) ?? new Set();
    this.#subscribers.set(key, subscribers.add(subscriber));
  }

  remove(topic: TopicKey, subscriber: Subscriber): void {
    const key = toKey(topic);
    const subscribers = this.#subscribers.get(key);
    subscribers?.delete(subscriber);
    if (subscribers?.size === 0) this.#subscribers.delete(key);
  }

  /** Sends a broadcast once to every subscriber that may read it, except `sender`. */
  broadcast(
    topic: TopicKey,
    message: UserBroadcast,
    { messageId = null, sender = null }: { messageId?: string | null; sender?: Subscriber | null } = {},
  ): void {
    const encoded = new Map<FrameVersion, string | Uint8Array | null>();
    for (const subscriber of this.#subscribers.get(toKey(topic)) ?? []) {
      if (subscriber === sender || !subscriber.mayReadBroadcasts()) continue;
      const { version } = subscriber;
      if (!encoded.has(version)) {
        encoded.set(version, encodeBroadcast(version, `realtime:${topic.name}`, message, messageId));
      }
      const text = encoded.get(version) ?? null;
      if (text !== null) subscriber.deliver(text);
    }
  }
}

/** A topic as a map key. */
export function toKey(topic: TopicKey): string {
  return `${topic.isPrivate ? 'private' : 'public'}:${topic.name}`;
}
