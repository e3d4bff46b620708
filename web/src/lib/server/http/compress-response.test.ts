import { brotliDecompressSync, createBrotliDecompress, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { compressResponse, mayBeMeasured } from './compress-response.ts';

const text = 'Every row of a board looks much like the next one. '.repeat(100);

const ask = (accepted: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Request('https://dealscale.example/', { method, headers: { 'accept-encoding': accepted, ...headers } });
const page = (headers: Record<string, string> = {}, body: BodyInit = text) =>
  new Response(body, { headers: { 'content-type': 'text/html', ...headers } });
const readBytes = async (response: Response) => Buffer.from(await response.arrayBuffer());

test.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0.5, gzip', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['*', 'br'],
  ['br;q=0, gzip;q=0, *', null],
  ['identity', null],
  ['', null],
])('to a client that accepts "%s" a page is sent as %s', async (accepted, coding) => {
  const answer = compressResponse(ask(accepted), page({ 'content-length': String(text.length) }), false);
  expect(answer.headers.get('content-encoding')).toBe(coding);
  expect(answer.headers.get('vary')).toBe('accept-encoding');
  const bytes = await readBytes(answer);
  const decoders = { br: brotliDecompressSync, gzip: gunzipSync };
  const decode = coding === 'br' || coding === 'gzip' ? decoders[coding] : (raw: Buffer) => raw;
  expect(decode(bytes).toString()).toBe(text);
  if (coding) {
    expect(bytes.length).toBeLessThan(text.length / 10);
    expect(answer.headers.has('content-length')).toBe(false);
  }
});

test('compressed, tiny, partial, head-only and binary responses stay as they are', () => {
  const stays = (answer: Response, request = ask('br')) =>
    expect(compressResponse(request, answer, false)).toBe(answer);
  stays(page({ 'content-encoding': 'zstd' }));
  stays(page({ 'content-length': '12' }));
  stays(page({ 'cache-control': 'private, no-transform' }));
  stays(page({ 'content-type': 'image/png' }));
  stays(page({ 'content-type': 'text/event-stream' }));
  stays(new Response(text, { status: 206, headers: { 'content-type': 'text/csv' } }));
  stays(page(), ask('br', {}, 'HEAD'));
  stays(new Response(null, { status: 303, headers: { location: '/' } }));
});

test('an ETag stays correct: weak once the bytes differ, untouched if the client already has the page', () => {
  const fresh = compressResponse(ask('br'), page({ etag: '"abc"' }), false);
  expect(fresh.headers.get('etag')).toBe('W/"abc"');
  const known = compressResponse(ask('br', { 'if-none-match': 'W/"abc"' }), page({ etag: '"abc"' }), false);
  expect(known.headers.get('content-encoding')).toBeNull();
  expect(known.headers.get('vary')).toBe('accept-encoding');
});

test('other headers and cookies stay, and what varied already still does', () => {
  const answer = page({ vary: 'cookie', 'x-request-id': '7' });
  answer.headers.append('set-cookie', 'a=1');
  answer.headers.append('set-cookie', 'b=2');
  const sent = compressResponse(ask('gzip'), answer, false);
  expect(sent.headers.get('vary')).toBe('cookie, accept-encoding');
  expect(sent.headers.get('x-request-id')).toBe('7');
  expect(sent.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
});

test('a stream is sent chunk by chunk', async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const answer = compressResponse(ask('br'), page({}, readable), false);
  const reader = answer.body?.getReader();
  const decoder = createBrotliDecompress();
  const decoded = decoder[Symbol.asyncIterator]();
  for (const part of ['first part', 'second part']) {
    // Read before the next chunk is written: a buffered chunk would never arrive.
    void writer.write(new TextEncoder().encode(part));
    const { value } = (await reader?.read()) ?? {};
    decoder.write(value);
    expect(String((await decoded.next()).value)).toBe(part);
  }
  void writer.close();
});

test('a reader that disconnects ends the writer, and an error on the way reaches the reader', async () => {
  let isCancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode(text)),
    cancel: () => {
      isCancelled = true;
    },
  });
  const reader = compressResponse(ask('gzip'), page({}, endless), false).body?.getReader();
  await reader?.read();
  await reader?.cancel();
  await expect.poll(() => isCancelled).toBe(true);

  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new Error('The database went away.')),
  });
  await expect(compressResponse(ask('gzip'), page({}, broken), false).text()).rejects.toThrow('went away');
});

test('a response that a stranger may have requested is not compressed for signed-in people', () => {
  const from = (site?: string) => ask('br', site ? { 'sec-fetch-site': site } : {});
  expect(compressResponse(from('cross-site'), page(), true).headers.get('content-encoding')).toBeNull();
  expect(mayBeMeasured(from('cross-site'), true)).toBe(true);
  expect(mayBeMeasured(from('same-site'), true)).toBe(true);
  expect(mayBeMeasured(from(), true)).toBe(true);
  expect(mayBeMeasured(from('same-origin'), true)).toBe(false);
  expect(mayBeMeasured(from('none'), true)).toBe(false);
  expect(mayBeMeasured(from('cross-site'), false)).toBe(false);
});
