// A minimal Postgres connection, the counterpart of the one to Redis, so that the servers are compared and
// not their clients. Implements only what the comparison needs of the protocol.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One connection without authentication. */
export interface BarePostgres {
  /** Process id of the backend that serves this connection. */
  pid: number;
  /**
   * Prepares a statement; each call of the returned function runs it with these parameters and waits for the
   * full response.
   */
  prepare: (statement: string) => Promise<(...parameters: string[]) => Promise<void>>;
  stop: () => void;
}

/** Connects without a password, which the server must allow. */
export async function connectBarePostgres(port: number, user: string): Promise<BarePostgres> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const answers = new Answers(socket);
  const version = Buffer.alloc(4);
  version.writeInt32BE(196_608);
  socket.write(frame('', version, ...['user', user, 'database', 'postgres', ''].map(text)));
  await answers.next();
  let count = 0;
  return {
    pid: answers.serverPid,
    prepare: async (statement) => {
      const name = `bare_${count++}`;
      socket.write(Buffer.concat([frame('P', text(name), text(statement), int16(0)), frame('S')]));
      await answers.next();
      return (...parameters) => {
        const values = parameters.flatMap((value) => [int32(Buffer.byteLength(value)), Buffer.from(value)]);
        const bind = frame(
          'B',
          text(''),
          text(name),
          int16(0),
          int16(parameters.length),
          ...values,
          int16(0),
        );
        socket.write(Buffer.concat([bind, frame('E', text(''), int32(0)), frame('S')]));
        return answers.next();
      };
    },
    stop: () => socket.destroy(),
  };
}

/** Resolves one waiter for each ReadyForQuery; an error message before it rejects that waiter. */
class Answers {
  readonly #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  #rest: Buffer = Buffer.alloc(0);
  #error: Error | null = null;
  serverPid = 0;

  constructor(socket: Socket) {
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('close', () => {
      for (const { reject } of this.#waiting.splice(0))
        reject(this.#error ?? new Error('Postgres closed the connection.'));
    });
  }

  next(): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #take(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= 5 && this.#rest.length > this.#rest.readInt32BE(1)) {
      const kind = String.fromCharCode(this.#rest[0] ?? 0);
      const end = this.#rest.readInt32BE(1) + 1;
      if (kind === 'K') this.serverPid = this.#rest.readInt32BE(5);
      if (kind === 'E') this.#error = new Error(this.#rest.toString('utf8', 5, end).replaceAll('\0', ' '));
      this.#rest = this.#rest.subarray(end);
      if (kind !== 'Z') continue;
      const waiter = this.#waiting.shift();
      if (this.#error) waiter?.reject(this.#error);
      else waiter?.resolve();
      this.#error = null;
    }
  }
}

function frame(kind: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(kind), int32(body.length + 4), body]);
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}
