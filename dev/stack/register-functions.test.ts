import { createServer } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { registerFunctions } from './register-functions.ts';

const server = createServer();
afterEach(() => new Promise((resolve) => server.close(resolve)));

test('the worker is polled until its functions are registered', async () => {
  const answers = [500, 502, 200];
  const asked: string[] = [];
  server.on('request', (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(answers[asked.length - 1] ?? 200).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await registerFunctions(`http://127.0.0.1:${port}`, new AbortController().signal);
  expect(asked).toEqual(Array.from({ length: 3 }, () => 'PUT /api/inngest'));
});
