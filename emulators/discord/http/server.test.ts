import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requestAs } from '../../process/request-as.ts';
import { applicationId } from '../testing/book-club.ts';
import { startTestSandbox, type TestSandbox } from '../testing/start-test-sandbox.ts';

let sandbox: TestSandbox;
let host: string;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  host = new URL(sandbox.url()).host;
});
afterAll(() => sandbox.close());

const consentPage = `/oauth2/authorize?${new URLSearchParams({
  response_type: 'code',
  client_id: applicationId,
  redirect_uri: 'http://127.0.0.1:54321/auth/v1/callback',
  scope: 'identify',
})}`;

describe('no other page can frame a response of the sandbox', () => {
  test.each([
    '/',
    '/page/app.js',
    consentPage,
    '/oauth2/authorize',
    '/_sandbox/people',
    '/nothing',
    '/api/v10/users/@me',
  ])('%s', async (path) => {
    const { headers } = await requestAs({ host }, 'GET', sandbox.url() + path);
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).toMatch(/default-src '(none|self)'/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });
});

describe('a page of another site', () => {
  test.each<Record<string, string>>([
    { host: 'rebound.example' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:3000' },
  ])('%o reaches nothing', async (headers) => {
    for (const [method, path] of [
      ['POST', '/_sandbox/reset'],
      ['POST', consentPage],
      ['GET', '/'],
      ['GET', '/api/v10/gateway'],
    ] as const) {
      expect((await requestAs({ host, ...headers }, method, sandbox.url() + path)).status).toBe(403);
    }
  });

  test('our own may', async () => {
    const own = await requestAs(
      { host, origin: `http://${host}` },
      'POST',
      `${sandbox.url()}/_sandbox/reset`,
    );
    expect(own.status).toBe(204);
  });
});

describe('a websocket', () => {
  /** Sends a raw HTTP request; returns the status line. */
  async function ask(path: string, origin: string): Promise<string> {
    const socket = createConnection(Number(new URL(sandbox.url()).port), '127.0.0.1');
    socket.end(
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    return (await text(socket)).split('\r\n')[0] ?? '';
  }

  test('is not for a page of another site', async () => {
    expect(await ask('/gateway', 'https://evil.example')).toBe('HTTP/1.1 403 Forbidden');
    expect(await ask('/gateway', `http://${host}`)).toBe('HTTP/1.1 101 Switching Protocols');
  });

  test('with an invalid address is refused, and the sandbox keeps running', async () => {
    for (const path of ['//', 'http://', '/other']) {
      expect(await ask(path, `http://${host}`)).toBe('HTTP/1.1 404 Not Found');
    }
    expect((await requestAs({ host }, 'GET', sandbox.url())).status).toBe(200);
  });
});
