import { pipeline, Readable, type Transform } from 'node:stream';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import { parseAccept } from 'hono/utils/accept';

/** Text that a page or a download is made of. Streams of events stay as they are: each is to arrive at once. */
const compressible =
  /^(text\/(html|plain|css|csv|xml)|application\/(json|problem\+json|xml)|text\/sveltekit-data)\b/i;

/** What is shorter gains less than the headers cost. */
const leastBytes = 1_000;

/** Each part of a stream is sent when it is there, and not when the compressor has collected enough. */
const coders = {
  br: () =>
    createBrotliCompress({
      flush: constants.BROTLI_OPERATION_FLUSH,
      // Smaller than gzip at its best, in less time. Higher qualities cost more than they save.
      params: { [constants.BROTLI_PARAM_QUALITY]: 5 },
    }),
  gzip: () => createGzip({ flush: constants.Z_SYNC_FLUSH }),
};

/**
 * An answer in the best coding that the client reads. One whose text must not be measured is left as it is: where
 * strangers can choose a part of a page and watch how long it gets, its length tells them of the rest.
 */
export function compressResponse(request: Request, response: Response, isSecret: boolean): Response {
  const { headers, body } = response;
  if (!body || !compressible.test(headers.get('content-type') ?? '')) return response;
  // A cache must not hand the one to a client that wants the other, whichever this client gets.
  headers.append('vary', 'accept-encoding');
  const coding = chooseCoding(request.headers.get('accept-encoding') ?? '');
  if (!coding || isSecret || isToStay(request, response)) return response;
  headers.set('content-encoding', coding);
  headers.delete('content-length');
  // The bytes are others now, the text is the same: that is what a weak tag says.
  const etag = headers.get('etag');
  if (etag && !etag.startsWith('W/')) headers.set('etag', `W/${etag}`);
  const { status, statusText } = response;
  return new Response(code(body, coders[coding]()), { status, statusText, headers });
}

/**
 * Whether a signed-in person's answer may be measured by a stranger: a page elsewhere made the browser ask for it. Links
 * of the own site, typed addresses and visitors, whose pages hold nothing of anybody's, are told apart by this.
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
    // Answered with 304 further on: nothing of it is sent.
    (etag !== null && (request.headers.get('if-none-match') ?? '').includes(etag))
  );
}

/** Runs a body through a coder, part by part. When either end breaks off the other one is let go. */
function code(body: ReadableStream<Uint8Array>, coder: Transform): ReadableStream<Uint8Array> {
  const coded = pipeline(Readable.from(body), coder, () => {
    // What went wrong is met by whoever reads the coded body.
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
