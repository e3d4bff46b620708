import type postgres from 'postgres';
import { z } from 'zod';
import { log } from '../../process/log.ts';
import { isDatabaseDown } from '../is-database-down.ts';
import { type AccessTokens, type Claims, TokenError } from '../tokens/access-token.ts';
import type { ChannelConfig } from './channel-config.ts';
import type { FrameVersion, IncomingFrame, UserBroadcast } from './frame.ts';
import type { PresenceMember, PresenceRegistry } from './presence.ts';
import { checkReadPolicies, checkWritePolicy, type Extension, type Policies } from './topic-policies.ts';
import type { Subscriber, TopicKey, TopicRegistry } from './topic-registry.ts';

/** Shared by all channels. */
export interface ChannelContext {
  sql: postgres.Sql;
  tokens: AccessTokens;
  topics: TopicRegistry;
  presence: PresenceRegistry;
  /** Whether public topics are refused. */
  isPrivateOnly: boolean;
}

/** The channel's socket. */
export interface ChannelSocket {
  version: FrameVersion;
  /** Claims of the API key that the socket was opened with. */
  keyClaims: Claims;
  headers: Record<string, string>;
  send: (message: string | Uint8Array) => void;
  push: (channel: Channel, event: string, payload: unknown) => void;
  reply: (frame: IncomingFrame, status: 'ok' | 'error', response: unknown) => void;
  /** Ends one channel of the socket. */
  drop: (channel: Channel) => void;
}

/** The reason to refuse a join or to end a channel. */
export class ChannelRefusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const expiryCheckMaxMs = 60 * 60 * 1000;
const broadcastSchema = z.looseObject({ event: z.string(), payload: z.unknown().optional() });
const presenceSchema = z.looseObject({
  event: z.string().transform((event) => event.toLowerCase()),
  payload: z.unknown().optional(),
});

/** One topic joined by one socket. */
export class Channel implements Subscriber, PresenceMember {
  readonly joinRef: string | null;
  readonly topic: TopicKey;
  readonly version: FrameVersion;
  readonly presenceKey: string;
  readonly #context: ChannelContext;
  readonly #socket: ChannelSocket;
  readonly #config: ChannelConfig;
  #claims: Claims;
  #token: string | null;
  #read: Policies = { broadcast: true, presence: true };
  #write: Partial<Policies> = {};
  #expiry: NodeJS.Timeout | undefined;

  constructor(
    context: ChannelContext,
    socket: ChannelSocket,
    { name, joinRef, config }: { name: string; joinRef: string | null; config: ChannelConfig },
  ) {
    this.#context = context;
    this.#socket = socket;
    this.#config = config;
    this.#claims = socket.keyClaims;
    this.#token = config.accessToken?.startsWith('sb_') ? null : config.accessToken;
    this.joinRef = joinRef;
    this.topic = { name, isPrivate: config.isPrivate };
    this.version = socket.version;
    this.presenceKey = config.presenceKey;
  }

  /** Checks token and policies; throws a ChannelRefusal if the topic may not be joined. */
  async authorize(): Promise<void> {
    const claims = this.#token === null ? this.#socket.keyClaims : await this.#verify(this.#token);
    const read = this.topic.isPrivate
      ? await checkReadPolicies(this.#context.sql, this.#describe(claims))
      : { broadcast: true, presence: true };
    if (!read.broadcast && !read.presence) {
      throw new ChannelRefusal(
        'Unauthorized',
        `You do not have permissions to read from this Channel topic: ${this.topic.name}`,
      );
    }
    this.#claims = claims;
    this.#read = read;
    this.#write = {};
    this.#scheduleExpiry();
  }

  /** Starts receiving. */
  open(): void {
    this.#context.topics.add(this.topic, this);
  }

  /** Sends the presence state to a client that requested it when joining. */
  openPresence(): void {
    if (this.#config.wantsPresence) this.#context.presence.join(this.topic, this);
  }

  close(): void {
    clearTimeout(this.#expiry);
    this.#context.topics.remove(this.topic, this);
    this.#context.presence.leave(this.topic, this);
  }

  /** Handles a message of the client for this topic. */
  async receive(frame: IncomingFrame): Promise<void> {
    if (frame.event === 'broadcast') await this.#receiveBroadcast(frame);
    if (frame.event === 'presence') await this.#receivePresence(frame);
    if (frame.event === 'access_token') await this.#receiveToken(frame.payload);
  }

  /** Tells the client the reason, then ends the channel. */
  shutDown(message: string): void {
    this.#socket.push(this, 'system', {
      extension: 'system',
      status: 'error',
      message,
      channel: this.topic.name,
    });
    this.#socket.drop(this);
  }

  mayReadBroadcasts(): boolean {
    return this.#read.broadcast;
  }

  mayReadPresence(): boolean {
    return this.#read.presence;
  }

  deliver(message: string | Uint8Array): void {
    this.#socket.send(message);
  }

  deliverPresence(event: string, payload: unknown): void {
    this.#socket.push(this, event, payload);
  }

  async #receiveBroadcast(frame: IncomingFrame): Promise<void> {
    const broadcast = frame.broadcast ?? readBroadcast(frame.payload);
    // As hosted: a disallowed broadcast is dropped without an answer.
    if (broadcast === null || !(await this.#mayWrite('broadcast'))) return;
    const sender = this.#config.wantsOwnBroadcasts ? null : this;
    this.#context.topics.broadcast(this.topic, broadcast, { sender });
    if (this.#config.wantsAck) this.#socket.reply(frame, 'ok', {});
  }

  async #receivePresence(frame: IncomingFrame): Promise<void> {
    const parsed = presenceSchema.safeParse(frame.payload);
    if (!parsed.success) return;
    const { event, payload } = parsed.data;
    if (event === 'untrack') {
      this.#context.presence.untrack(this.topic, this);
      this.#socket.reply(frame, 'ok', {});
      return;
    }
    if (event !== 'track' || !(await this.#mayWrite('presence'))) {
      this.#socket.reply(frame, 'error', {});
      return;
    }
    const meta = z.record(z.string(), z.unknown()).safeParse(payload ?? {});
    if (!meta.success) {
      this.#socket.reply(frame, 'error', { reason: 'Presence track payload must be a map' });
      return;
    }
    this.#socket.reply(frame, 'ok', {});
    this.#context.presence.track(this.topic, this, meta.data);
  }

  async #receiveToken(payload: unknown): Promise<void> {
    const token = z.looseObject({ access_token: z.string() }).safeParse(payload).data?.access_token;
    if (token === undefined || token.startsWith('sb_') || token === this.#token) return;
    this.#token = token;
    const before = this.#read;
    try {
      await this.authorize();
    } catch (error) {
      this.shutDown(describeRefusal(error));
      return;
    }
    const isLess = (before.broadcast && !this.#read.broadcast) || (before.presence && !this.#read.presence);
    if (isLess) {
      this.shutDown(`You no longer have permission to read from this Channel topic: ${this.topic.name}`);
    }
  }

  async #mayWrite(extension: Extension): Promise<boolean> {
    if (!this.topic.isPrivate) return true;
    const known = this.#write[extension];
    if (known !== undefined) return known;
    const isAllowed = await checkWritePolicy(this.#context.sql, this.#describe(this.#claims), extension);
    this.#write[extension] = isAllowed;
    return isAllowed;
  }

  async #verify(token: string): Promise<Claims> {
    try {
      return await this.#context.tokens.verify(token);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      const codes = { malformed: 'MalformedJWT', expired: 'InvalidJWTToken', invalid: 'JwtSignatureError' };
      throw new ChannelRefusal(codes[error.reason], error.message);
    }
  }

  #scheduleExpiry(): void {
    clearTimeout(this.#expiry);
    if (this.#token === null) return;
    const leftMs = this.#claims.exp * 1000 - Date.now();
    if (leftMs <= 0) {
      this.shutDown('Token has expired 0 seconds ago');
      return;
    }
    this.#expiry = setTimeout(() => this.#scheduleExpiry(), Math.min(leftMs, expiryCheckMaxMs));
  }

  #describe(claims: Claims) {
    return { topic: this.topic.name, claims, headers: this.#socket.headers };
  }
}

/** The message a client gets for an error while joining or refreshing its token. */
export function describeRefusal(error: unknown): string {
  if (error instanceof ChannelRefusal) return error.message;
  if (!isDatabaseDown(error)) {
    log('error', 'A channel could not be authorized.', { error });
  }
  return 'Realtime was unable to connect to the project database';
}

function readBroadcast(payload: unknown): UserBroadcast | null {
  const parsed = broadcastSchema.safeParse(payload);
  if (!parsed.success) return null;
  const { event, payload: body = {} } = parsed.data;
  return { event, body: { encoding: 'json', json: JSON.stringify(body) } };
}
