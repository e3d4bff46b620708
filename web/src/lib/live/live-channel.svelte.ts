import type { RealtimeChannel } from '@supabase/supabase-js';
import { realtimeEvents, realtimeTopics } from '#domain/platform/realtime.ts';
import { connectRealtime } from './connect-realtime.ts';
import { type ChannelState, createChannelJudge } from './judge-channel.ts';

export type LiveTopic = keyof typeof realtimeTopics;

/** What listens to a topic. */
export interface LiveListener {
  receive: (payload: unknown, event: string) => void;
  /** Called each time the channel is joined, for the first time or again: messages sent before are gone. */
  onJoin?: () => void;
}
export type LoadingListener = LiveListener | Promise<LiveListener>;

/** Channels being left: a topic can be joined again only after its leave is acknowledged. */
let leaving: Promise<unknown> = Promise.resolve();

/** One private broadcast channel and the state of its connection. The client library reconnects by itself. */
export class LiveChannel {
  #state = $state<ChannelState>('idle');
  #channel: RealtimeChannel | null = null;
  #wanted: string | null = null;

  get state(): ChannelState {
    return this.#state;
  }

  /** Joins the topic of something, once its listener is loaded, until the returned function is called. */
  subscribe(kind: LiveTopic, id: string, listener: LoadingListener): () => void {
    const topic = realtimeTopics[kind](id);
    this.#wanted = topic;
    this.#state = 'connecting';
    void this.#join(topic, realtimeEvents[kind], listener);
    return () => this.#leave();
  }

  #leave(): void {
    this.#wanted = null;
    this.#state = 'idle';
    const channel = this.#channel;
    this.#channel = null;
    if (channel)
      leaving = Promise.all([leaving, connectRealtime().then(({ client }) => client.removeChannel(channel))]);
  }

  async #join(topic: string, events: readonly string[], loading: LoadingListener): Promise<void> {
    const { client, authorize } = await connectRealtime();
    const [listener] = await Promise.all([loading, authorize(), leaving]);
    if (this.#wanted !== topic) return;
    const channel = client.channel(topic, { config: { private: true } });
    this.#channel = channel;
    for (const event of events) {
      channel.on('broadcast', { event }, ({ payload }) => listener.receive(payload, event));
    }
    const judge = createChannelJudge();
    channel.subscribe((status) => {
      if (this.#channel !== channel) return;
      this.#state = judge(status);
      if (this.#state === 'live') listener.onJoin?.();
    });
  }
}
