// A Redis sorted set with the same players, for comparison. Implements only what the comparison needs of the
// protocol.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A connection to a Redis server that was started for the benchmark. */
export interface Redis {
  pid: number | undefined;
  send: (...command: string[]) => Promise<void>;
  /** Pipelines many commands and waits for all replies. */
  sendAll: (commands: string[][]) => Promise<void>;
  stop: () => Promise<void>;
}

/** Starts an in-memory `redis-server`; null if it is not installed. */
export async function startRedis(port: number): Promise<Redis | null> {
  if (spawnSync('redis-server', ['--version']).status !== 0) return null;
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', settings, { stdio: 'ignore' });
  const socket = await connectWithin(port, 10_000);
  const waiting: { count: number; resolve: () => void }[] = [];
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = findReplyEnd(rest, 0); end > 0; end = findReplyEnd(rest, 0)) {
      rest = rest.subarray(end);
      const first = waiting[0];
      if (first && --first.count === 0) waiting.shift()?.resolve();
    }
  });
  const sendAll = (commands: string[][]) =>
    new Promise<void>((resolve) => {
      waiting.push({ count: commands.length, resolve });
      socket.write(commands.map(encodeCommand).join(''));
    });
  return {
    pid: server.pid,
    send: (...command) => sendAll([command]),
    sendAll,
    stop: () => stop(server, socket),
  };
}

async function connectWithin(port: number, deadlineMs: number): Promise<Socket> {
  const until = Date.now() + deadlineMs;
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    try {
      await once(socket, 'connect');
      return socket;
    } catch (cause) {
      if (Date.now() > until) throw new Error('redis-server did not start.', { cause });
      await delay(50);
    }
  }
}

async function stop(server: ChildProcess, socket: Socket): Promise<void> {
  socket.destroy();
  const exited = once(server, 'exit');
  server.kill('SIGTERM');
  await exited;
}

function encodeCommand(parts: string[]): string {
  return `*${parts.length}\r\n${parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('')}`;
}

/** Where the reply that starts at `start` ends; -1 while it is incomplete. */
function findReplyEnd(buffer: Buffer, start: number): number {
  const lineEnd = buffer.indexOf('\r\n', start);
  if (lineEnd < 0) return -1;
  const kind = String.fromCharCode(buffer[start] ?? 0);
  const afterLine = lineEnd + 2;
  if (kind === '+' || kind === '-' || kind === ':') return afterLine;
  const size = Number(buffer.toString('latin1', start + 1, lineEnd));
  if (kind === '$') {
    const end = size < 0 ? afterLine : afterLine + size + 2;
    return end <= buffer.length ? end : -1;
  }
  let end = afterLine;
  for (let index = 0; index < size && end > 0; index += 1) end = findReplyEnd(buffer, end);
  return end;
}
