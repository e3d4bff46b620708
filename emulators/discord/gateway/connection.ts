import type { RawData, WebSocket } from 'ws';
import type { World } from '../state/world.ts';
import { allIntents, intentBits } from './intents.ts';
import {
  closeCodes,
  identifySchema,
  opcodes,
  packetSchema,
  requestMembersSchema,
  resumeSchema,
} from './packets.ts';
import type { Session } from './sessions.ts';

const payloadBytesMax = 4096;
const sendsMax = 120;
const sendsWindowMs = 60_000;

/** What a connection needs from its gateway. */
export interface ConnectionHost {
  world: World;
  heartbeatMs: number;
  identify(connection: Connection, intents: number, shard: readonly [number, number]): Session;
  /** Undefined if the session is unknown or has ended. */
  resume(connection: Connection, sessionId: string, sequence: number): Session | undefined;
  requestMembers(session: Session, body: ReturnType<typeof requestMembersSchema.parse>): void;
  /** `mayResume`: whether the session survives this close. */
  closed(connection: Connection, session: Session, mayResume: boolean): void;
}

export interface Connection {
  send(packet: unknown): void;
  close(code: number, reason: string): void;
}

/** Why a packet ends the connection; null if it does not. */
type Refusal = readonly [code: number, reason: string] | null;

const unreadable: Refusal = [closeCodes.decodeError, 'Error while decoding payload.'];
const notAuthenticated: Refusal = [closeCodes.notAuthenticated, 'Not authenticated.'];
const wrongToken: Refusal = [closeCodes.authenticationFailed, 'Authentication failed.'];

function refuseIntents(world: World, intents: number): Refusal {
  if ((intents & ~allIntents) !== 0) return [closeCodes.invalidIntents, 'Invalid intent(s).'];
  const application = world.application();
  const isRefused =
    ((intents & intentBits.guildMembers) !== 0 && !application.allows_members_intent) ||
    ((intents & intentBits.guildPresences) !== 0 && !application.allows_presence_intent) ||
    ((intents & intentBits.messageContent) !== 0 && !application.allows_content_intent);
  return isRefused ? [closeCodes.disallowedIntents, 'Disallowed intent(s).'] : null;
}

/** Speaks the gateway protocol on one WebSocket until it closes. */
export function serveConnection(socket: WebSocket, host: ConnectionHost): Connection {
  const { world } = host;
  let session: Session | null = null;
  let sends: number[] = [];
  let lastHeartbeatMs = Date.now();

  const connection: Connection = {
    send(packet) {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(packet));
    },
    close(code, reason) {
      world.hub.note('gateway', `connection closed by the gateway: ${code} ${reason}`);
      socket.close(code, reason);
    },
  };
  const isToken = (token: string): boolean => token.replace(/^Bot /, '') === world.credentials.bot_token;

  function identify(body: unknown): Refusal {
    const parsed = identifySchema.safeParse(body);
    if (!parsed.success) return unreadable;
    if (session) return [closeCodes.alreadyAuthenticated, 'Already authenticated.'];
    const { token, intents, shard = [0, 1] } = parsed.data;
    if (!isToken(token)) return wrongToken;
    if (shard[0] >= shard[1]) return [closeCodes.invalidShard, 'Invalid shard.'];
    const refusal = refuseIntents(world, intents);
    if (refusal === null) session = host.identify(connection, intents, shard);
    return refusal;
  }

  function resume(body: unknown): Refusal {
    const parsed = resumeSchema.safeParse(body);
    if (!parsed.success) return unreadable;
    const { token, session_id, seq } = parsed.data;
    if (!isToken(token)) return wrongToken;
    session = host.resume(connection, session_id, seq) ?? null;
    if (!session) connection.send({ op: opcodes.invalidSession, d: false });
    return null;
  }

  function requestMembers(body: unknown): Refusal {
    const parsed = requestMembersSchema.safeParse(body);
    if (!session) return notAuthenticated;
    if (!parsed.success) return unreadable;
    host.requestMembers(session, parsed.data);
    return null;
  }

  function handle(op: number, body: unknown): Refusal {
    switch (op) {
      case opcodes.heartbeat:
        lastHeartbeatMs = Date.now();
        connection.send({ op: opcodes.heartbeatAck });
        return null;
      case opcodes.identify:
        return identify(body);
      case opcodes.resume:
        return resume(body);
      case opcodes.requestMembers:
        return requestMembers(body);
      case opcodes.presence:
        // Ignored, because nothing depends on the bot's presence.
        return session ? null : notAuthenticated;
      default:
        world.hub.warn('gateway', `opcode ${op} is not something this sandbox knows`);
        return [closeCodes.unknownOpcode, 'Unknown opcode.'];
    }
  }

  function receive(raw: RawData): Refusal {
    const text = raw.toString();
    const now = Date.now();
    sends = [...sends.filter((at) => at > now - sendsWindowMs), now];
    if (sends.length > sendsMax) return [closeCodes.rateLimited, 'You are being rate limited.'];
    const packet = text.length > payloadBytesMax ? undefined : parsePacket(text);
    return packet ? handle(packet.op, packet.d) : unreadable;
  }

  const watch = setInterval(() => {
    if (Date.now() - lastHeartbeatMs > host.heartbeatMs * 2) {
      connection.close(closeCodes.sessionTimedOut, 'Session timed out.');
    }
  }, host.heartbeatMs);
  socket.on('message', (raw) => {
    const refusal = receive(raw);
    if (refusal) connection.close(...refusal);
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', (code) => {
    clearInterval(watch);
    // A client that closes normally ends its session; one that disappears may resume.
    if (session) host.closed(connection, session, code !== 1000 && code !== 1001);
  });
  connection.send({ op: opcodes.hello, d: { heartbeat_interval: host.heartbeatMs } });
  return connection;
}

function parsePacket(text: string): { op: number; d?: unknown } | undefined {
  try {
    const parsed = packetSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
