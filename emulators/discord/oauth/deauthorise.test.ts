import { createPublicKey, verify } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { readBytes } from '../http/read-body.ts';
import { userIds } from '../testing/book-club.ts';
import { startTestSandbox, type TestSandbox } from '../testing/start-test-sandbox.ts';

let sandbox: TestSandbox;
const heard: { request: IncomingMessage; text: string }[] = [];
const statuses: number[] = [];
const endpoint = createServer(async (request, response) => {
  heard.push({ request, text: (await readBytes(request)).toString('utf8') });
  response.writeHead(statuses.shift() ?? 204).end();
});
beforeAll(async () => {
  sandbox = await startTestSandbox();
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(endpoint.address());
  await sandbox.control('PUT', 'application', { event_webhooks_url: `http://127.0.0.1:${port}/events` });
});
afterAll(async () => {
  endpoint.closeAllConnections();
  endpoint.close();
  await sandbox.close();
});

function isSigned({ request, text }: { request: IncomingMessage; text: string }): boolean {
  const raw = Buffer.from(`302a300506032b6570032100${sandbox.publicKey}`, 'hex');
  const key = createPublicKey({ key: raw, format: 'der', type: 'spki' });
  const signature = Buffer.from(String(request.headers['x-signature-ed25519']), 'hex');
  return verify(null, Buffer.from(`${request.headers['x-signature-timestamp']}${text}`), key, signature);
}

test('deauthorising the app ends its tokens, and the app is notified until it acknowledges', async () => {
  statuses.push(500);
  const expires_at_ms = Date.now() + 60_000;
  sandbox.world().grants.put({
    id: 'access',
    refresh_token: 'refresh',
    user_id: userIds.lena,
    scopes: ['identify'],
    expires_at_ms,
  });
  expect((await sandbox.control('GET', 'users/lena/authorization')).body).toEqual({ is_authorised: true });
  await sandbox.control('DELETE', 'users/lena/authorization');
  expect((await sandbox.control('GET', 'users/lena/authorization')).body).toEqual({ is_authorised: false });
  await vi.waitFor(() => expect(heard).toHaveLength(2), { timeout: 30_000 });
  expect(heard.map(isSigned)).toEqual([true, true]);
  expect(JSON.parse(heard[1]?.text ?? '')).toMatchObject({
    type: 1,
    event: { type: 'APPLICATION_DEAUTHORIZED', data: { user: { id: userIds.lena, username: 'lena' } } },
  });
});
