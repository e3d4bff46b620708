import { Inngest } from 'inngest';
import { expect, test } from 'vitest';
import { createWorkerApp } from './worker-app.ts';

const app = createWorkerApp(new Inngest({ id: 'test', isDev: true }), [], 'http://worker.test');
const post = (body: BodyInit) => app.request('/api/inngest?fnId=x&stepId=step', { method: 'POST', body });

test('reports that it is up', async () => {
  expect((await app.request('/healthz')).status).toBe(200);
});

test.each(['-', '{', 'fnId=%25zz', '\0'])('a body that is not JSON is refused: %j', async (body) => {
  expect((await post(body)).status).toBe(400);
});

test('an oversized body is refused, even without a declared length', async () => {
  const chunk = new Uint8Array(1_000_000);
  let left = 6;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      left -= 1;
      if (left > 0) controller.enqueue(chunk);
      else controller.close();
    },
  });
  const init = { method: 'POST', body: endless, duplex: 'half' };
  const request = new Request('http://worker.test/api/inngest', init);
  expect((await app.request(request)).status).toBe(413);
});

test.each([
  ['DELETE', '/api/inngest'],
  ['GET', '/elsewhere'],
])('%s %s is not found', async (method, path) => {
  expect((await app.request(path, { method })).status).toBe(404);
});
