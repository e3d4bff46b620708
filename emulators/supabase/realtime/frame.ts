import { z } from 'zod';

/** Version of the message format that a client chose in its URL. */
export type FrameVersion = '1.0.0' | '2.0.0';

/** A message of the Phoenix channel protocol. */
export interface Frame {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  payload: unknown;
}

/** The payload of a client broadcast: JSON text, or bytes that are passed on unchanged. */
export interface UserBroadcast {
  event: string;
  body: { encoding: 'json'; json: string } | { encoding: 'binary'; bytes: Uint8Array };
}

export type IncomingFrame = Frame & { broadcast?: UserBroadcast };

const broadcastPushKind = 3;
const broadcastKind = 4;
const ref = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .transform((value) => value ?? null);
const objectFrameSchema = z.object({
  join_ref: ref,
  ref,
  topic: z.string(),
  event: z.string(),
  payload: z.unknown().optional(),
});
const arrayFrameSchema = z.tuple([ref, ref, z.string(), z.string(), z.unknown()]);

/** Parses a text message in either format; null if it is invalid. */
export function decodeText(text: string): IncomingFrame | null {
  const value = parseJson(text);
  if (Array.isArray(value)) {
    const parsed = arrayFrameSchema.safeParse(value);
    if (!parsed.success) return null;
    const [joinRef, messageRef, topic, event, payload] = parsed.data;
    return { joinRef, ref: messageRef, topic, event, payload };
  }
  const parsed = objectFrameSchema.safeParse(value);
  if (!parsed.success) return null;
  const { join_ref: joinRef, ref: messageRef, topic, event, payload } = parsed.data;
  return { joinRef, ref: messageRef, topic, event, payload };
}

/**
 * Parses a binary message, which format 2 uses for broadcasts. Null if it is invalid or contains invalid
 * JSON.
 */
export function decodeBinary(bytes: Uint8Array): IncomingFrame | null {
  const [kind, joinRefSize, refSize, topicSize, eventSize, metadataSize, encoding] = bytes;
  if (kind !== broadcastPushKind || encoding === undefined) return null;
  let offset = 7;
  const take = (size = 0): Uint8Array => {
    offset += size;
    return bytes.subarray(offset - size, offset);
  };
  const joinRef = toText(take(joinRefSize)) || null;
  const messageRef = toText(take(refSize)) || null;
  const topic = toText(take(topicSize));
  const event = toText(take(eventSize));
  take(metadataSize);
  if (offset > bytes.length) return null;
  const rest = bytes.subarray(offset);
  const json = toText(rest);
  if (encoding === 1 && parseJson(json) === undefined) return null;
  const body =
    encoding === 1
      ? { encoding: 'json' as const, json }
      : { encoding: 'binary' as const, bytes: Uint8Array.from(rest) };
  return { joinRef, ref: messageRef, topic, event: 'broadcast', payload: {}, broadcast: { event, body } };
}

/** Encodes a message in the client's format. */
export function encodeFrame(version: FrameVersion, frame: Frame): string {
  const { joinRef, ref: messageRef, topic, event, payload } = frame;
  return version === '1.0.0'
    ? JSON.stringify({ topic, event, payload, ref: messageRef, join_ref: joinRef })
    : JSON.stringify([joinRef, messageRef, topic, event, payload]);
}

/**
 * Encodes a broadcast for a topic's subscribers in the given format, or returns null if the format cannot
 * carry it. JSON is passed on as text, so numbers too large for JavaScript survive.
 */
export function encodeBroadcast(
  version: FrameVersion,
  topic: string,
  { event, body }: UserBroadcast,
  messageId: string | null,
): string | Uint8Array | null {
  const name = JSON.stringify(event);
  const meta = messageId === null ? '' : `,"meta":{"id":${JSON.stringify(messageId)}}`;
  if (body.encoding === 'binary') return version === '1.0.0' ? null : encodeBytes(topic, event, body.bytes);
  const payload = `{"type":"broadcast","event":${name},"payload":${body.json}${meta}}`;
  return version === '1.0.0'
    ? `{"topic":${JSON.stringify(topic)},"event":"broadcast","payload":${payload},"ref":null,"join_ref":null}`
    : `[null,null,${JSON.stringify(topic)},"broadcast",${payload}]`;
}

function encodeBytes(topic: string, event: string, bytes: Uint8Array): Uint8Array {
  const [topicBytes, eventBytes] = [Buffer.from(topic), Buffer.from(event)];
  const header = [broadcastKind, topicBytes.length, eventBytes.length, 0, 0];
  return Buffer.concat([Uint8Array.from(header), topicBytes, eventBytes, bytes]);
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
