import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Hono } from 'hono';
import postgres from 'postgres';
import { WebSocketServer } from 'ws';
import { getPostgresOptions } from '../database.ts';
import { getKeyClaims, getKeyType } from '../http/caller.ts';
import type { Settings } from '../settings.ts';
import type { AccessTokens } from '../tokens/access-token.ts';
import { createBroadcastApi } from './broadcast-api.ts';
import { startMessageFeed } from './message-feed.ts';
import { PresenceRegistry } from './presence.ts';
import { RealtimeSocket } from './socket.ts';
import { TopicRegistry } from './topic-registry.ts';

const messageBytesMax = 3_000_000;
const path = '/realtime/v1/websocket';
const goingAway = 1001;

export interface Realtime {
  http: Hono;
  /** Handles the `upgrade` event of an HTTP server; a websocket opens once messages from SQL can reach it. */
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  close: () => Promise<void>;
}

/** The realtime API: channels over a websocket, broadcasts over HTTP, messages sent from SQL. */
export function createRealtime({
  settings,
  tokens,
  sql,
}: {
  settings: Settings;
  tokens: AccessTokens;
  sql: postgres.Sql;
}): Realtime {
  const topics = new TopicRegistry();
  const presence = new PresenceRegistry();
  const isPrivateOnly = settings.project.realtime.private_only;
  const context = { sql, tokens, topics, presence, isPrivateOnly };
  const sockets = new WebSocketServer({ noServer: true, maxPayload: messageBytesMax });
  const listener = postgres(settings.databaseUrl, getPostgresOptions({ max: 1 }));
  const feed = startMessageFeed(sql, listener, ({ topic, event, payload, private: isPrivate, message_id }) =>
    topics.broadcast(
      { name: topic, isPrivate },
      { event, body: { encoding: 'json', json: payload } },
      { messageId: message_id },
    ),
  );

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Until the websocket takes over, nobody else handles a lost caller.
    const ignore = (): void => {};
    socket.on('error', ignore);
    const url = URL.parse(request.url ?? '/', 'http://localhost') ?? new URL('http://localhost/unreadable');
    const key = url.searchParams.get('apikey') ?? request.headers.apikey?.toString() ?? '';
    const keyType = getKeyType(key, settings);
    if (url.pathname !== path) refuse(socket, '404 Not Found');
    else if (keyType === null) refuse(socket, '401 Unauthorized');
    else {
      const version = url.searchParams.get('vsn') === '1.0.0' ? '1.0.0' : '2.0.0';
      const headers = { 'user-agent': request.headers['user-agent'] ?? '' };
      void feed.begun.then(() => {
        socket.off('error', ignore);
        sockets.handleUpgrade(request, socket, head, (webSocket) => {
          new RealtimeSocket(webSocket, context, { version, keyClaims: getKeyClaims(keyType), headers });
        });
      });
    }
  };
  const close = async (): Promise<void> => {
    for (const client of sockets.clients) client.close(goingAway);
    for (const client of sockets.clients) client.terminate();
    await feed.close();
    await listener.end({ timeout: 1 });
  };
  return { http: createBroadcastApi({ settings, tokens, sql, topics }), upgrade, close };
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
