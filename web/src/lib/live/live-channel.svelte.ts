import type { RealtimeChannel } from '@supabase/supabase-js';
import { connectRealtime } from './connect-realtime.ts';

/** `idle` before the browser takes over and for what never changes; `lost` while reconnecting. */
export type LiveState = 'idle' | 'connecting' | 'live' | 'lost';

/** What to do with each event of a channel, by the event's name. */
export type LiveHandlers = Record<string, (payload: unknown) => void>;

/** Channels that are being left: a topic can only be joined again once its leaving is acknowledged. */
let leaving: Promise<unknown> = Promise.resolve();

/**
 * One private broadcast channel and the state of its connection. The client library reconnects by itself. Messages sent
 * before the channel was joined, for the first time or again, are gone, so whoever listens is told to look for itself.
 */
export class LiveChannel {
  #state = $state<LiveState>('idle');
  #channel: RealtimeChannel | null = null;
  #wanted: string | null = null;

  get state(): LiveState {
    return this.#state;
  }

  /**
   * Joins a topic until the returned function is called.
   * @param onJoin called each time the channel goes live, for the first time or again
   */
  subscribe(topic: string, handlers: LiveHandlers, onJoin: () => void): () => void {
    this.#wanted = topic;
    this.#state = 'connecting';
    void this.#join(topic, handlers, onJoin);
    return () => this.close();
  }

  close(): void {
    this.#wanted = null;
    this.#state = 'idle';
    const channel = this.#channel;
    this.#channel = null;
    if (channel) leaving = Promise.all([leaving, connectRealtime().then((it) => it.removeChannel(channel))]);
  }

  async #join(topic: string, handlers: LiveHandlers, onJoin: () => void): Promise<void> {
    const connection = await connectRealtime();
    await Promise.all([connection.setAuth(), leaving]);
    if (this.#wanted !== topic) return;
    const channel = connection.channel(topic, { config: { private: true } });
    this.#channel = channel;
    for (const [event, handle] of Object.entries(handlers)) {
      channel.on('broadcast', { event }, (message) => handle(message.payload));
    }
    channel.subscribe((status) => {
      if (this.#channel !== channel) return;
      if (status === 'SUBSCRIBED') {
        this.#state = 'live';
        onJoin();
      } else this.#state = 'lost';
    });
  }
}
