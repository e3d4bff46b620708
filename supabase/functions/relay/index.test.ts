import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';

const event = {
  id: '11111111-1111-4111-8111-111111111111',
  name: 'test/thing.happened',
  data: { number: 1 },
  created_at: '2026-11-22T12:00:00Z',
};

interface Call {
  name: string;
  body: unknown;
  method?: string | undefined;
  contentType: string | null;
}

let handle: (request: Request) => Promise<Response>;
let waiting: (typeof event)[] = [];
let calls: Call[] = [];
let eventApiStatus = 200;

const environment: Record<string, string> = {};

beforeAll(async () => {
  Object.assign(environment, {
    DEPLOYMENT: 'local',
    SUPABASE_URL: 'http://127.0.0.1:54321',
    SUPABASE_SECRET_KEYS: '{"default":"sb_secret_x"}',
    SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_x"}',
    INNGEST_DEV: 'http://127.0.0.1:8288',
    INNGEST_EVENT_KEY: 'a key/with a slash',
  });
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.stubGlobal('Deno', { env: { get: (name: string) => environment[name], toObject: () => environment } });
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    // Matched by path only, because the database client may be older than this file's environment.
    const name = new URL(String(input)).pathname.replace('/rest/v1/rpc/', '');
    const contentType = new Headers(init?.headers).get('content-type');
    calls.push({ name, body: JSON.parse(String(init?.body)), method: init?.method, contentType });
    if (name === 'claim_outbox_events') return Response.json(waiting.splice(0));
    if (name.startsWith('/e/')) return new Response('{}', { status: eventApiStatus });
    return Response.json(1);
  });
  handle = (await import('./index.ts')).default.fetch;
});
beforeEach(() => {
  waiting = [event];
  calls = [];
  eventApiStatus = 200;
});
afterAll(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const relay = (key: string | null) =>
  handle(new Request('http://edge/relay', { method: 'POST', headers: key === null ? {} : { apikey: key } }));
const listNames = () => calls.map(({ name }) => name);

test.each([null, '', 'sb_publishable_x', 'sb_secret_y'])(
  'the key %s is refused, and nothing is claimed',
  async (key) => {
    const response = await relay(key);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'secret_key_missing', status: 401 });
    expect(calls).toEqual([]);
  },
);

test('an event keeps its id, name, data and time, and is marked as sent after it was accepted', async () => {
  const response = await relay('sb_secret_x');
  expect(await response.json()).toEqual({ sent_count: 1 });
  expect(listNames()).toEqual([
    'claim_outbox_events',
    '/e/a%20key%2Fwith%20a%20slash',
    'mark_outbox_events_sent',
    'claim_outbox_events',
  ]);
  const { id, name, data } = event;
  expect(calls[1]?.body).toEqual([{ id, name, data, ts: Date.UTC(2026, 10, 22, 12) }]);
  expect(calls[1]).toMatchObject({ method: 'POST', contentType: 'application/json' });
  expect(calls[0]?.body).toEqual({ max_events: 200 });
  expect(calls[2]?.body).toEqual({ ids: [id] });
});

test.each([400, 401, 404, 429, 500, 503])(
  'an event API that answers %i releases the event',
  async (status) => {
    eventApiStatus = status;
    const response = await relay('sb_secret_x');
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ code: 'events_not_relayed', status: 502 });
    expect(console.error).toHaveBeenLastCalledWith(
      expect.stringContaining('"message":"The events were not relayed. They stay in the outbox."'),
    );
    expect(calls.find(({ name }) => name === 'release_outbox_events')?.body).toEqual({ ids: [event.id] });
    expect(listNames()).toContain('release_outbox_events');
    expect(listNames()).not.toContain('mark_outbox_events_sent');
  },
);

test('the relay names a key even if it has none, because the address of the event API contains one', async () => {
  delete environment.INNGEST_EVENT_KEY;
  vi.resetModules();
  const { default: keyless } = await import('./index.ts');
  await keyless.fetch(
    new Request('http://edge/relay', { method: 'POST', headers: { apikey: 'sb_secret_x' } }),
  );
  expect(listNames()).toContain('/e/local');
});
