// Runs with Deno: all edge functions of the project in one process, each loaded on its first call. A function
// is found and called as on hosted Supabase: its index.ts exports `{ fetch }` or calls `Deno.serve`, and sees
// its own name at the start of the path. The proxy in front verifies tokens.

import { log } from '../process/log.ts';

type Handler = (request: Request, info: Deno.ServeHandlerInfo) => Response | Promise<Response>;

/** Address of the folder that contains a folder for each function, ending in a slash. */
const functionsDirectory = Deno.env.get('LOCAL_FUNCTIONS_DIRECTORY');
if (!functionsDirectory) throw new Error('LOCAL_FUNCTIONS_DIRECTORY does not say where the functions are.');
const namePattern = /^[A-Za-z][A-Za-z0-9_-]*$/;
const shutdownMs = 5000;

const serve = Deno.serve.bind(Deno);
const handlers = new Map<string, Promise<Handler>>();
const background = new Set<Promise<unknown>>();
let loading: Promise<unknown> = Promise.resolve();
let captured: Handler | null = null;

class UnknownFunction extends Error {}

/** With its stack, because nobody else has seen it. */
function describe(error: unknown): unknown {
  return error instanceof Error ? error.stack : error;
}

/** The handler passed to `Deno.serve`, in each of its forms. */
function findHandler(values: unknown[]): Handler | null {
  for (const value of values) {
    if (typeof value === 'function') return (request, info) => value(request, info);
    if (typeof value === 'object' && value !== null) {
      if ('handler' in value && typeof value.handler === 'function') return findHandler([value.handler]);
      if ('fetch' in value && typeof value.fetch === 'function')
        return findHandler([value.fetch.bind(value)]);
    }
  }
  return null;
}

Object.defineProperty(Deno, 'serve', {
  value: (...values: unknown[]) => {
    captured = findHandler(values);
    const never = new Promise<void>(() => {});
    return { finished: never, shutdown: () => Promise.resolve(), ref: () => {}, unref: () => {} };
  },
});

Object.defineProperty(globalThis, 'EdgeRuntime', {
  value: {
    waitUntil: (work: Promise<unknown>): void => {
      const settled = Promise.resolve(work)
        .catch((error: unknown) => log('error', 'Work in the background failed.', { error: describe(error) }))
        .finally(() => background.delete(settled));
      background.add(settled);
    },
  },
});

async function loadFunction(name: string): Promise<Handler> {
  const entry = new URL(`${name}/index.ts`, functionsDirectory);
  try {
    await Deno.stat(entry);
  } catch {
    throw new UnknownFunction(name);
  }
  captured = null;
  const module: { default?: unknown } = await import(entry.href);
  const handler = findHandler([module.default]) ?? captured;
  if (handler === null) throw new Error(`The function ${name} neither exports fetch nor calls Deno.serve.`);
  return handler;
}

/** Functions are loaded sequentially, so each `Deno.serve` belongs to the one being loaded. */
function getHandler(name: string): Promise<Handler> {
  const known = handlers.get(name);
  if (known) return known;
  const handler = loading.then(() => loadFunction(name));
  loading = handler.catch(() => {});
  handlers.set(name, handler);
  handler.catch(() => handlers.delete(name));
  return handler;
}

function respond(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status, headers: { 'sb-error-code': code } });
}

async function handle(request: Request, info: Deno.ServeHandlerInfo): Promise<Response> {
  const [, name = ''] = new URL(request.url).pathname.split('/');
  if (name === '_health') return Response.json({ status: 'ok' });
  if (!namePattern.test(name)) return respond(404, 'NOT_FOUND', 'Requested function was not found');
  let handler: Handler;
  try {
    handler = await getHandler(name);
  } catch (error) {
    if (error instanceof UnknownFunction)
      return respond(404, 'NOT_FOUND', 'Requested function was not found');
    log('error', `The function ${name} could not be loaded.`, { error: describe(error) });
    return respond(503, 'BOOT_ERROR', 'Function failed to start (please check logs)');
  }
  try {
    return await handler(request, info);
  } catch (error) {
    log('error', `The function ${name} failed.`, { error: describe(error) });
    return respond(500, 'WORKER_ERROR', 'Function exited due to an error (please check logs)');
  }
}

// On hosted Supabase a fault ends one function's worker; here it must not end all of them.
globalThis.addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  log('error', 'A function left a rejection unhandled.', { error: describe(event.reason) });
});
globalThis.addEventListener('error', (event) => {
  event.preventDefault();
  log('error', 'A function threw outside of a request.', { error: describe(event.error) });
});

const server = serve(
  {
    hostname: '127.0.0.1',
    port: Number(Deno.env.get('LOCAL_FUNCTIONS_PORT') ?? 54323),
    onListen: () => console.log('ready'),
  },
  handle,
);

let isStopping = false;
async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  const deadline = new Promise<void>((resolve) => setTimeout(resolve, shutdownMs));
  await Promise.race([server.shutdown().then(() => Promise.all(background)), deadline]);
  Deno.exit(0);
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
  Deno.addSignalListener(signal, () => void stop());

if (Deno.env.get('LOCAL_END_WITH_STDIN') === 'yes') {
  // The parent holds the other end; without the parent there is no reason to run.
  for await (const _ of Deno.stdin.readable);
  await stop();
}
