import type { WebSocket } from 'ws';
import type { Claims } from '../tokens/access-token.ts';
import {
  Channel,
  type ChannelContext,
  ChannelRefusal,
  type ChannelSocket,
  describeRefusal,
} from './channel.ts';
import { readChannelConfig } from './channel-config.ts';
import { decodeBinary, decodeText, encodeFrame, type FrameVersion, type IncomingFrame } from './frame.ts';

const channelCountMax = 100;
const messagesPerSecondMax = 500;
const idleTimeoutMs = 60_000;
const bufferedBytesMax = 16 * 1024 * 1024;
const topicPrefix = 'realtime:';

/** One client's websocket, with the channels it joined. */
export class RealtimeSocket implements ChannelSocket {
  readonly version: FrameVersion;
  readonly keyClaims: Claims;
  readonly headers: Record<string, string>;
  readonly #socket: WebSocket;
  readonly #context: ChannelContext;
  readonly #channels = new Map<string, Channel>();
  /** Topics whose join is still being decided. */
  readonly #joining = new Set<string>();
  /** Per topic, the tail of its queue: messages of a topic are handled sequentially. */
  readonly #queues = new Map<string, Promise<void>>();
  #idle: NodeJS.Timeout | undefined;
  #second = 0;
  #countInSecond = 0;

  constructor(
    socket: WebSocket,
    context: ChannelContext,
    client: { version: FrameVersion; keyClaims: Claims; headers: Record<string, string> },
  ) {
    this.#socket = socket;
    this.#context = context;
    this.version = client.version;
    this.keyClaims = client.keyClaims;
    this.headers = client.headers;
    this.#expectSign();
    socket.on('message', (bytes, isBinary) => this.#receive(toBuffer(bytes), isBinary));
    socket.on('close', () => this.#end());
    socket.on('error', () => socket.terminate());
  }

  send(message: string | Uint8Array): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    // A client that does not read would exhaust this process's memory.
    if (this.#socket.bufferedAmount > bufferedBytesMax) this.#socket.terminate();
    else this.#socket.send(message);
  }

  push(channel: Channel, event: string, payload: unknown): void {
    const topic = `${topicPrefix}${channel.topic.name}`;
    this.send(encodeFrame(this.version, { joinRef: channel.joinRef, ref: null, topic, event, payload }));
  }

  reply({ joinRef, ref, topic }: IncomingFrame, status: 'ok' | 'error', response: unknown): void {
    const payload = { status, response };
    this.send(encodeFrame(this.version, { joinRef, ref, topic, event: 'phx_reply', payload }));
  }

  drop(channel: Channel): void {
    channel.close();
    const topic = `${topicPrefix}${channel.topic.name}`;
    if (this.#channels.get(topic) !== channel) return;
    this.#channels.delete(topic);
    const { joinRef } = channel;
    this.send(encodeFrame(this.version, { joinRef, ref: joinRef, topic, event: 'phx_close', payload: {} }));
  }

  #receive(bytes: Buffer, isBinary: boolean): void {
    this.#expectSign();
    const frame = isBinary ? decodeBinary(bytes) : decodeText(bytes.toString('utf8'));
    if (frame === null) {
      this.#socket.close(1003, 'invalid message');
      return;
    }
    if (frame.topic === 'phoenix') {
      if (frame.event === 'heartbeat') this.reply(frame, 'ok', {});
      return;
    }
    if (this.#isTooFast()) {
      for (const channel of [...this.#channels.values()]) channel.shutDown('Too many messages per second');
      return;
    }
    const queue = (this.#queues.get(frame.topic) ?? Promise.resolve())
      .then(() => this.#handle(frame))
      .catch((error: unknown) => this.reply(frame, 'error', { reason: describeRefusal(error) }))
      .finally(() => {
        if (this.#queues.get(frame.topic) === queue) this.#queues.delete(frame.topic);
      });
    this.#queues.set(frame.topic, queue);
  }

  async #handle(frame: IncomingFrame): Promise<void> {
    if (frame.event === 'phx_join') {
      await this.#join(frame);
      return;
    }
    const channel = this.#channels.get(frame.topic);
    const isCurrent = channel && (frame.joinRef === null || frame.joinRef === channel.joinRef);
    if (frame.event === 'phx_leave') {
      this.reply(frame, 'ok', {});
      if (isCurrent) this.drop(channel);
      return;
    }
    if (isCurrent) await channel.receive(frame);
    else this.reply(frame, 'error', { reason: 'unmatched topic' });
  }

  async #join(frame: IncomingFrame): Promise<void> {
    const previous = this.#channels.get(frame.topic);
    if (previous) this.drop(previous);
    try {
      const channel = this.#createChannel(frame);
      this.#joining.add(frame.topic);
      await channel.authorize();
      if (this.#socket.readyState !== this.#socket.OPEN) {
        channel.close();
        return;
      }
      this.#channels.set(frame.topic, channel);
      channel.open();
      this.reply(frame, 'ok', { postgres_changes: [] });
      channel.openPresence();
    } catch (error) {
      const code = error instanceof ChannelRefusal ? error.code : 'UnableToConnectToProject';
      this.reply(frame, 'error', { reason: `${code}: ${describeRefusal(error)}` });
    } finally {
      this.#joining.delete(frame.topic);
    }
  }

  #createChannel(frame: IncomingFrame): Channel {
    const name = frame.topic.startsWith(topicPrefix) ? frame.topic.slice(topicPrefix.length) : '';
    if (name === '') throw new ChannelRefusal('TopicNameRequired', 'You must provide a topic name');
    if (this.#channels.size + this.#joining.size >= channelCountMax) {
      throw new ChannelRefusal('ChannelRateLimitReached', 'Too many channels');
    }
    const config = readChannelConfig(frame.payload);
    if (config === null) throw new ChannelRefusal('InvalidJoinPayload', 'The join payload is not valid');
    if (this.#context.isPrivateOnly && !config.isPrivate) {
      throw new ChannelRefusal('PrivateOnly', 'This project only allows private channels');
    }
    if (config.wantsPostgresChanges) {
      throw new ChannelRefusal(
        'RealtimeDisabledForConfiguration',
        'postgres_changes is not enabled for any table; use broadcast from the database',
      );
    }
    return new Channel(this.#context, this, { name, joinRef: frame.joinRef ?? frame.ref, config });
  }

  // A client that sends nothing, not even heartbeats, is gone.
  #expectSign(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#socket.terminate(), idleTimeoutMs);
  }

  #isTooFast(): boolean {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#countInSecond = 0;
    }
    this.#countInSecond += 1;
    return this.#countInSecond > messagesPerSecondMax;
  }

  #end(): void {
    clearTimeout(this.#idle);
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
  }
}

function toBuffer(bytes: Buffer | ArrayBuffer | Buffer[]): Buffer {
  if (Array.isArray(bytes)) return Buffer.concat(bytes);
  return bytes instanceof ArrayBuffer ? Buffer.from(bytes) : bytes;
}
