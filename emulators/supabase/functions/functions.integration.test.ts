import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFreePort } from '../../process/free-port.ts';
import { createEdgeFunctions, type EdgeFunctions } from '../testing/start-edge-functions.ts';
import { startTestSupabase, type TestSupabase } from '../testing/start-test-supabase.ts';
import { waitFor } from '../testing/wait-for.ts';
import { createAccessTokens } from '../tokens/access-token.ts';
import { importSigningKey } from '../tokens/signing-key.ts';
import { createFunctionsProxy } from './functions-proxy.ts';

const sources = {
  open: `
    let loads = 0; loads += 1;
    export default { fetch: async (request: Request) => {
      const url = new URL(request.url);
      return Response.json({
        loads, path: url.pathname + url.search, method: request.method, body: await request.text(),
        host: request.headers.get('x-forwarded-host'), proto: request.headers.get('x-forwarded-proto'),
        forwardedFor: request.headers.get('x-forwarded-for'),
      }, { status: 201, headers: { 'x-own': 'yes' } });
    } };`,
  guarded: `Deno.serve((request) => new Response('hello ' + request.headers.get('authorization')?.slice(0, 6)));`,
  background: `
    declare const EdgeRuntime: { waitUntil: (work: Promise<unknown>) => void };
    let done = 0;
    export default { fetch: (request: Request) => {
      if (request.method === 'GET') return Response.json({ done });
      EdgeRuntime.waitUntil(Promise.resolve().then(() => { done += 1; }));
      EdgeRuntime.waitUntil(Promise.reject(new Error('in the background')));
      Promise.reject(new Error('left alone'));
      return Response.json({ done });
    } };`,
  failing: `export default { fetch: () => { throw new Error('thrown'); } };`,
  broken: `import './missing.ts'; export default { fetch: () => new Response('never') };`,
  stream: `
    export default { fetch: () => {
      let n = 0;
      const body = new ReadableStream<Uint8Array>({
        pull: async (controller) => {
          n += 1;
          if (n > 2) await new Promise(() => {});
          controller.enqueue(new TextEncoder().encode('data: ' + n + '\\n\\n'));
        },
      });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    } };`,
  slow: `export default { fetch: () => new Promise<Response>(() => {}) };`,
};

describe.each(['current', 'hosted'] as const)('edge functions on the %s Deno', (version) => {
  let supabase: TestSupabase;
  let functions: EdgeFunctions;

  beforeAll(async () => {
    const port = await findFreePort();
    functions = await createEdgeFunctions(port, sources, version);
    supabase = await startTestSupabase((settings) => {
      settings.functionsUrl = `http://127.0.0.1:${port}`;
      for (const name of Object.keys(sources))
        settings.project.functions[name] = { verify_jwt: name === 'guarded' };
    });
    await functions.start();
  });
  afterAll(async () => {
    await functions.remove();
    await supabase.stop();
  });

  const call = (path: string, init?: RequestInit) => fetch(`${supabase.url}/functions/v1/${path}`, init);

  test('see method, body and a path that begins with their name', async () => {
    const response = await call('open/deep/er?q=1', { method: 'POST', body: 'text' });
    expect([response.status, response.headers.get('x-own')]).toEqual([201, 'yes']);
    expect(await response.json()).toMatchObject({
      path: '/open/deep/er?q=1',
      method: 'POST',
      body: 'text',
      host: '127.0.0.1',
      proto: 'http',
      forwardedFor: '127.0.0.1',
    });
    const answers = await Promise.all(Array.from({ length: 10 }, () => call('open')));
    for (const answer of answers) expect(await answer.json()).toMatchObject({ loads: 1, path: '/open' });
  });

  test('need a valid token unless configured otherwise', async () => {
    const without = await call('guarded');
    expect([without.status, await without.json()]).toMatchObject([
      401,
      { code: 'UNAUTHORIZED_NO_AUTH_HEADER' },
    ]);
    const wrong = await call('guarded', { headers: { authorization: 'Bearer a.b.c' } });
    expect([wrong.status, await wrong.json()]).toMatchObject([401, { code: 'UNAUTHORIZED_INVALID_JWT' }]);
    const { client } = await supabase.signUp(`caller-${version}`);
    const { data } = await client.functions.invoke('guarded');
    expect(data).toBe('hello Bearer');
    expect((await call('unconfigured')).status).toBe(401);
  });

  test('may continue after responding, and a failure there ends nothing', async () => {
    await call('background', { method: 'POST' });
    await waitFor('the work in the background', async () => {
      const answer = await (await call('background')).json();
      return JSON.stringify(answer) === '{"done":1}';
    });
    await waitFor('both faults in the log', () =>
      ['in the background', 'left alone'].every((text) => functions.output().includes(text)),
    );
  });

  test('that throw, do not load or do not exist have distinct responses', async () => {
    const failing = await call('failing');
    expect([failing.status, await failing.json()]).toMatchObject([500, { code: 'WORKER_ERROR' }]);
    const broken = await call('broken');
    expect([broken.status, await broken.json()]).toMatchObject([503, { code: 'BOOT_ERROR' }]);
    const { token } = await supabase.signUp(`lost-${version}`);
    const missing = await call('missing', { headers: { authorization: `Bearer ${token}` } });
    expect([missing.status, await missing.json()]).toMatchObject([404, { code: 'NOT_FOUND' }]);
    expect((await call('_shared')).status).toBe(404);
    expect((await call('open')).status).toBe(201);
  });

  test('stream their answer as it comes', async () => {
    const stop = new AbortController();
    const response = await call('stream', { signal: stop.signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('data: 2')) text += (await reader?.read())?.value ?? '';
    expect(text).toBe('data: 1\n\ndata: 2\n\n');
    stop.abort();
  });

  test('get no more than 20 MB', async () => {
    const body = 'x'.repeat(21 * 1024 * 1024);
    expect((await call('open', { method: 'POST', body })).status).toBe(413);
    const stream = new Blob([body]).stream();
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body: stream, duplex: 'half' };
    expect((await call('open', init)).status).toBe(413);
  });

  test('that do not respond in time are abandoned', async () => {
    const { settings } = supabase;
    const tokens = createAccessTokens(await importSigningKey(settings.signingKey));
    const proxy = createFunctionsProxy(settings, tokens, 100);
    const response = await proxy(new Request(`${supabase.url}/functions/v1/slow`));
    expect([response.status, await response.json()]).toMatchObject([504, { code: 'IDLE_TIMEOUT' }]);
  });

  test('answer with an error while their process is down, and work again when it is back', async () => {
    await functions.stop('SIGKILL');
    const away = await call('open');
    expect([away.status, await away.json()]).toMatchObject([503, { code: 'BOOT_ERROR' }]);
    await functions.start();
    expect((await call('open')).status).toBe(201);
    expect(await functions.stop('SIGTERM')).toBe(0);
  });
});
