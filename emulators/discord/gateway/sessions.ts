import { randomBytes } from 'node:crypto';
import type { Dispatch } from '../state/hub.ts';
import type { JsonObject } from '../state/records.ts';
import { intentBits } from './intents.ts';

/** A dispatch with its sequence number in the session. */
interface Packet {
  op: 0;
  t: string;
  s: number;
  d: JsonObject;
}

/** The session of an identified client; outlives the connection so it can be resumed. */
export interface Session {
  id: string;
  intents: number;
  shard: readonly [number, number];
  sequence: number;
  /** Sent packets, kept for a resume. */
  sent: Packet[];
  /** Null while the client is disconnected. */
  connection: { send(packet: Packet): void } | null;
}

const packetsKept = 1000;
const messageFields = { content: '', embeds: [], attachments: [], components: [] };

/** Creates a session, first sent over its first connection. */
export function createSession(
  intents: number,
  shard: readonly [number, number],
  connection: Session['connection'],
): Session {
  return { id: randomBytes(16).toString('hex'), intents, shard, sequence: 0, sent: [], connection };
}

/**
 * Assigns an event the next sequence number of a session, stores it, and sends it if a client is connected.
 */
export function sendToSession(session: Session, name: string, body: JsonObject): void {
  session.sequence += 1;
  const packet: Packet = { op: 0, t: name, s: session.sequence, d: body };
  session.sent.push(packet);
  if (session.sent.length > packetsKept) session.sent.shift();
  session.connection?.send(packet);
}

/** Whether a session subscribed to an event, and whether the event belongs to its shard. */
export function wantsDispatch(session: Session, dispatch: Dispatch, botId: string): boolean {
  const [index, count] = session.shard;
  const shard = dispatch.guild_id === null ? 0 : Number((BigInt(dispatch.guild_id) >> 22n) % BigInt(count));
  if (shard !== index) return false;
  const { user } = dispatch.body;
  const isAboutBot = typeof user === 'object' && user !== null && 'id' in user && user.id === botId;
  if (dispatch.name === 'GUILD_MEMBER_UPDATE' && isAboutBot) return true;
  return dispatch.intent === 0 || (session.intents & dispatch.intent) !== 0;
}

/**
 * The body as this session may read it: without the content intent, other people's messages that neither
 * mention the bot nor are sent to it have no content.
 */
export function toVisibleBody(session: Session, dispatch: Dispatch, botId: string): JsonObject {
  const { name, body, guild_id } = dispatch;
  const isMessage = name === 'MESSAGE_CREATE' || name === 'MESSAGE_UPDATE';
  if (!isMessage || guild_id === null || (session.intents & intentBits.messageContent) !== 0) return body;
  const hasBot = (value: unknown): boolean => JSON.stringify(value ?? null).includes(`"id":"${botId}"`);
  if (hasBot(body.author) || hasBot(body.mentions)) return body;
  return { ...body, ...messageFields };
}
