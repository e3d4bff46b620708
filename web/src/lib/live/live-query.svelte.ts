import type { ChannelState } from './judge-channel.ts';
import {
  LiveChannel,
  type LiveListener,
  type LiveTopic,
  type LoadingListener,
} from './live-channel.svelte.ts';
import { requestRegularly } from './request-regularly.ts';
import { Reread } from './reread.ts';

/** `behind`: connected, but the shown data is about to be reread. */
export type LiveState = ChannelState | 'behind';

/** What a page says about its connection. */
export const liveWords: Record<LiveState, string> = {
  idle: 'Snapshot',
  connecting: 'Connecting…',
  live: 'Live',
  behind: 'Live',
  lost: 'Reconnecting…',
};

/**
 * Something that was read from the server and stays up to date: it follows the messages of a topic, and is read again
 * when they cannot have told everything, after a gap or a lost connection.
 */
export class LiveQuery {
  #channel = new LiveChannel();
  #isBehind = $state(false);
  #reread: Reread;

  /**
   * @param read rereads the shown data
   */
  constructor(read: () => Promise<void>) {
    this.#reread = new Reread(read, (isBehind) => {
      this.#isBehind = isBehind;
    });
  }

  get state(): LiveState {
    const { state } = this.#channel;
    return state === 'live' && this.#isBehind ? 'behind' : state;
  }

  /**
   * Follows the topic of something until the returned function is called. Without `onJoin` in its listener, everything
   * is read again each time the channel is joined.
   * @param everyMs read again this often although no message asks for it, while the page is in sight
   */
  follow(
    kind: LiveTopic,
    id: string,
    listener: LoadingListener,
    everyMs = Number.POSITIVE_INFINITY,
  ): () => void {
    const close = this.#channel.subscribe(kind, id, this.#inOrder(listener));
    const endReads = requestRegularly(() => this.reread(), everyMs);
    return () => {
      endReads();
      this.#reread.cancel();
      close();
    };
  }

  /** Requests a reread. Rereads that many pages request at the same time are spread by jitter. */
  reread(jitterMs?: number): void {
    this.#reread.request(jitterMs);
  }

  /** Runs the task now, or after the read in progress, which may have begun before it. */
  afterwards(task: () => void): void {
    this.#reread.afterwards(task);
  }

  async #inOrder(loading: LoadingListener): Promise<LiveListener> {
    const { receive, onJoin } = await loading;
    // People open a page at different moments; connections are lost all at once.
    let jitterMs: number | undefined = 0;
    const readMissed = (): void => {
      this.reread(jitterMs);
      jitterMs = undefined;
    };
    return {
      receive: (payload, event) => this.afterwards(() => receive(payload, event)),
      onJoin: onJoin ?? (() => this.afterwards(readMissed)),
    };
  }
}
