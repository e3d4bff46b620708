import type { Server } from 'node:http';
import { WebSocketServer } from 'ws';
import { findForeignCaller } from '../../process/foreign-caller.ts';
import type { Dispatch } from '../state/hub.ts';
import type { Sandbox } from '../state/sandbox.ts';
import { toGatewayGuildBody } from '../wire/guild.ts';
import { toOwnUserBody } from '../wire/people.ts';
import { type Connection, type ConnectionHost, serveConnection } from './connection.ts';
import { intentBits } from './intents.ts';
import { createMemberChunks } from './member-chunks.ts';
import { closeCodes, opcodes } from './packets.ts';
import { createSession, type Session, sendToSession, toVisibleBody, wantsDispatch } from './sessions.ts';

const sessionLivesMs = 120_000;
const heartbeatIntervalMs = 41_250;

/** The real-time side: who is connected, and who receives which event. Sessions do not survive a restart. */
export function createGateway(sandbox: Sandbox, server: Server): { close(): void } {
  const { world, faults, origin } = sandbox;
  const botId = world.credentials.application_id;
  const sessions = new Map<string, Session>();
  const connections = new Set<Connection>();
  const chunksOf = createMemberChunks(world);

  function greet(session: Session): void {
    const bot = world.users.get(botId);
    const guilds = world.guilds
      .list((guild) => world.members.get(`${guild.id}:${botId}`) !== undefined)
      .filter(({ id }) => wantsDispatch(session, { name: '', body: {}, intent: 0, guild_id: id }, botId));
    sendToSession(session, 'READY', {
      v: 10,
      user: bot ? toOwnUserBody(bot, false) : null,
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      session_type: 'normal',
      resume_gateway_url: `${origin.url.replace(/^http/, 'ws')}/gateway`,
      shard: session.shard,
      application: { id: botId, flags: world.application().allows_members_intent ? 1 << 15 : 0 },
    });
    if ((session.intents & intentBits.guilds) === 0) return;
    for (const guild of guilds) sendToSession(session, 'GUILD_CREATE', toGatewayGuildBody(world, guild));
  }

  function deliver(dispatch: Dispatch): void {
    const hits = faults.takeForGateway(dispatch.name).map((fault) => fault.kind);
    const times = hits.includes('gateway_drop') ? 0 : hits.includes('gateway_duplicate') ? 2 : 1;
    let reached = 0;
    for (const session of sessions.values()) {
      if (!wantsDispatch(session, dispatch, botId)) continue;
      reached += 1;
      const body = toVisibleBody(session, dispatch, botId);
      for (let time = 0; time < times; time += 1) sendToSession(session, dispatch.name, body);
    }
    world.hub.note('gateway', `${dispatch.name} → ${reached} session(s)${times === 1 ? '' : ` × ${times}`}`);
  }

  const host: ConnectionHost = {
    world,
    heartbeatMs: heartbeatIntervalMs,
    identify(connection, intents, shard) {
      const session = createSession(intents, shard, connection);
      sessions.set(session.id, session);
      world.hub.note('gateway', `bot connected, intents ${intents}`);
      greet(session);
      return session;
    },
    resume(connection, sessionId, sequence) {
      const session = sessions.get(sessionId);
      if (!session) return undefined;
      if (sequence > session.sequence) {
        connection.close(closeCodes.invalidSequence, 'Invalid seq.');
        return undefined;
      }
      for (const packet of session.sent) if (packet.s > sequence) connection.send(packet);
      session.connection = connection;
      sendToSession(session, 'RESUMED', {});
      world.hub.note('gateway', `bot resumed after event ${sequence}`);
      return session;
    },
    requestMembers(session, asked) {
      for (const { name, body } of chunksOf(asked)) sendToSession(session, name, body);
    },
    closed(connection, session, mayResume) {
      // The client may have resumed on a new connection before the old one closed.
      if (session.connection !== connection) return;
      session.connection = null;
      if (!mayResume) sessions.delete(session.id);
      world.hub.note('gateway', `bot disconnected, session ${mayResume ? 'waits for a resume' : 'is over'}`);
      world.clock.after(sessionLivesMs, () => {
        if (session.connection === null) sessions.delete(session.id);
      });
    },
  };

  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    // Without a listener, an error before the upgrade would be unhandled.
    socket.on('error', () => undefined);
    const url = URL.parse(request.url ?? '/', 'http://sandbox');
    if (!url || !/^\/gateway\/?$/.test(url.pathname)) {
      socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
      return;
    }
    if (findForeignCaller(request.headers) !== null) {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = serveConnection(webSocket, host);
      connections.add(connection);
      webSocket.on('close', () => connections.delete(connection));
      const version = url.searchParams.get('v') ?? '10';
      if (version !== '10') connection.close(closeCodes.invalidVersion, 'Invalid API version.');
    });
  });
  const stops = [
    world.hub.onDispatch(deliver),
    world.hub.onDropConnections((code) => {
      for (const connection of connections) {
        if (code === null) connection.send({ op: opcodes.reconnect, d: null });
        else connection.close(code, 'Dropped by the sandbox.');
      }
    }),
  ];
  return {
    close() {
      for (const stop of stops) stop();
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    },
  };
}
