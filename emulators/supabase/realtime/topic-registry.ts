import { encodeBroadcast, type FrameVersion, type UserBroadcast } from './frame.ts';

/** Somebody who joined a topic. */
export interface Subscriber {
  version: FrameVersion;
  mayReadBroadcasts: () => boolean;
  deliver: (message: string | Uint8Array) => void;
}

/** A topic as it is joined: the private and the public topic of one name have nothing in common. */
export interface TopicKey {
  name: string;
  isPrivate: boolean;
}

/** Who has joined which topic. */
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

  /** Sends a broadcast once to everybody who joined the topic and may read it, but not to `sender`. */
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

/** A topic as text, for use as the key of a map. */
export function toKey(topic: TopicKey): string {
  return `${topic.isPrivate ? 'private' : 'public'}:${topic.name}`;
}
