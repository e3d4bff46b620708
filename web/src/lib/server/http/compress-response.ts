import { pipeline, Readable, type Transform } from 'node:stream';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import { parseAccept } from 'hono/utils/accept';

/**
 * Content types of pages and downloads. Event streams are not compressed, because each event must be flushed
 * at once.
 */
const compressible =
  /^(text\/(html|plain|css|csv|xml)|application\/(json|problem\+json|xml)|text\/sveltekit-data)\b/i;

/** Smaller responses gain less than the headers cost. */
const leastBytes = 1_000;

/** Flush every chunk instead of waiting until the compressor's buffer is full. */
const coders = {
  br: () =>
    createBrotliCompress({
      flush: constants.BROTLI_OPERATION_FLUSH,
      // Smaller than gzip's best, in less time. Higher levels cost more than they save.
      params: { [constants.BROTLI_PARAM_QUALITY]: 5 },
    }),
  gzip: () => createGzip({ flush: constants.Z_SYNC_FLUSH }),
};

/**
 * Compresses a response with the best encoding the client accepts. A response that strangers may measure
 * stays as it is: if they can choose part of a page and observe its length, the length reveals the rest.
 */
export function compressResponse(request: Request, response: Response, isSecret: boolean): Response {
  const { headers, body } = response;
  if (!body || !compressible.test(headers.get('content-type') ?? '')) return response;
  // A cache must not serve one encoding to a client that needs another, whichever this client gets.
  headers.append('vary', 'accept-encoding');
  const coding = chooseCoding(request.headers.get('accept-encoding') ?? '');
  if (!coding || isSecret || isToStay(request, response)) return response;
  headers.set('content-encoding', coding);
  headers.delete('content-length');
  // The bytes differ but the text is the same, which is what a weak ETag means.
  const etag = headers.get('etag');
  if (etag && !etag.startsWith('W/')) headers.set('etag', `W/${etag}`);
  const { status, statusText } = response;
  return new Response(code(body, coders[coding]()), { status, statusText, headers });
}

/**
 * Whether a stranger could measure a signed-in person's response: a page elsewhere triggered the request.
 * Links within the site, typed addresses, and visitors, whose pages are public, are safe.
 */
export function mayBeMeasured(request: Request, isSignedIn: boolean): boolean {
  const site = request.headers.get('sec-fetch-site');
  return isSignedIn && site !== 'same-origin' && site !== 'none';
}

function chooseCoding(accepted: string): keyof typeof coders | null {
  const quality = new Map(parseAccept(accepted).map(({ type, q }) => [type.toLowerCase(), q]));
  const qualityOf = (coding: string): number => quality.get(coding) ?? quality.get('*') ?? 0;
  if (qualityOf('br') > 0 && qualityOf('br') >= qualityOf('gzip')) return 'br';
  return qualityOf('gzip') > 0 ? 'gzip' : null;
}

function isToStay(request: Request, { status, headers }: Response): boolean {
  const length = headers.get('content-length');
  const etag = headers.get('etag');
  return (
    request.method === 'HEAD' ||
    status === 206 ||
    headers.has('content-encoding') ||
    /\bno-transform\b/i.test(headers.get('cache-control') ?? '') ||
    (length !== null && Number(length) < leastBytes) ||
    // Becomes a 304 further on, without a body.
    (etag !== null && (request.headers.get('if-none-match') ?? '').includes(etag))
  );
}

/** Pipes a body through an encoder, chunk by chunk. If either end fails, the other is released. */
function code(body: ReadableStream<Uint8Array>, coder: Transform): ReadableStream<Uint8Array> {
  const coded = pipeline(Readable.from(body), coder, () => {
    // The reader of the encoded body gets the error.
  });
  const parts = coded[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await parts.return?.();
    },
  });
}
