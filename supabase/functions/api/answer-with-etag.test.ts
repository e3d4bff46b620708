import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { answerWithEtag } from './answer-with-etag.ts';

let score = 1;
const app = new Hono().get('/', async (context) => {
  const answer = await answerWithEtag(context, { score }, 7);
  return answer.isKnown ? context.body(null, 304) : context.json(answer.value);
});
const read = (ifNoneMatch?: string) =>
  app.request('/', { headers: ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch } });

test('an answer has a tag with its version, and the value itself', async () => {
  const first = await read();
  expect(await first.json()).toEqual({ score: 1 });
  expect(first.headers.get('etag')).toMatch(/^"v7-[0-9a-f]{24}"$/);
  expect(first.headers.get('cache-control')).toBe('no-cache');
});

test.each(['%', 'W/%', '"v1-0", W/%', ' % ', '*'])('a caller who knows it gets no body: %s', async (tags) => {
  const etag = (await read()).headers.get('etag') ?? '';
  const again = await read(tags.replace('%', etag));
  expect(again.status).toBe(304);
  expect(again.headers.get('etag')).toBe(etag);
  expect(await again.text()).toBe('');
});

test('another value of the same version has another tag', async () => {
  const etag = (await read()).headers.get('etag') ?? '';
  score = 2;
  const changed = await read(etag);
  expect(changed.status).toBe(200);
  expect(await changed.json()).toEqual({ score: 2 });
});
