import { connect } from 'node:net';

/** A request exactly as sent over the wire, without normalisation. */
export interface RawRequest {
  method: string;
  /** Path and query, as in the request line. */
  target: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: Buffer;
}

export interface RawAnswer {
  /** 0: the connection was closed without a response. */
  status: number;
  head: string;
  body: string;
}

const answerMsMax = 30_000;
const keptBytesMax = 4_000;

/** Sends one request to a local port and reads the whole response. */
export async function sendRaw(port: number, request: RawRequest): Promise<RawAnswer> {
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const socket = connect(port, '127.0.0.1', () => socket.write(encode(port, request)));
    const finish = (): void => {
      socket.destroy();
      resolve(decode(Buffer.concat(chunks)));
    };
    socket.setTimeout(answerMsMax, () => {
      socket.destroy();
      // An endless stream has begun to respond; anything else is stuck.
      if (size > 0) finish();
      else
        reject(
          new Error(
            `No answer within ${answerMsMax} ms to ${encode(port, request).toString('latin1').slice(0, 1_000)}`,
          ),
        );
    });
    socket.on('data', (chunk) => {
      if (size < keptBytesMax) chunks.push(chunk);
      size += chunk.length;
    });
    socket.on('end', finish);
    socket.on('error', (error) => {
      if ('code' in error && error.code === 'ECONNREFUSED') reject(error);
      else finish();
    });
  });
}

function encode(port: number, { method, target, headers, body }: RawRequest): Buffer {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    'connection: close',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body.length > 0 ? [`content-length: ${body.length}`] : []),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

function decode(answer: Buffer): RawAnswer {
  const text = answer.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const head = end < 0 ? text : text.slice(0, end);
  const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1] ?? 0);
  return { status, head, body: end < 0 ? '' : text.slice(end + 4) };
}
