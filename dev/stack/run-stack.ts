// A stack in the foreground of a terminal: prints what happens, and ends on a signal or with its parent.
import { onEndRequested } from '#emulators/process/end-of-process.ts';
import { personaPassword, personaRoles } from '../seed/personas.ts';
import { endWithLauncher } from './end-with-launcher.ts';
import { readExternalEngine } from './external-engine.ts';
import { type Stack, startStack } from './stack.ts';
import type { StackOptions } from './stack-options.ts';

/** Runs the stack until it is asked to end, then exits: 0 if asked to, 1 if it could not start. */
export async function runStack(readOptions: () => StackOptions): Promise<void> {
  const startedAt = performance.now();
  const ending = new AbortController();
  const asked = new Promise<void>((resolve) => {
    ending.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  // The output may be full or closed, which is no reason to end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  onEndRequested(() => ending.abort());
  endWithLauncher(() => ending.abort());
  let stack: Stack | null = null;
  try {
    stack = await startStack({
      ...readOptions(),
      externalEngine: readExternalEngine(process.env),
      print: createPrinter(),
      signal: ending.signal,
    });
    printAddresses(stack, performance.now() - startedAt);
    await asked;
    console.log('Stopping…');
  } catch (error) {
    if (!ending.signal.aborted) {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    }
  }
  await stack?.stop();
  process.exit();
}

/** Prints a line, but does not repeat it while a process stays down. */
function createPrinter(): (line: string) => void {
  const quietMs = 10_000;
  const lineLengthMax = 300;
  const lastPrinted = new Map<string, number>();
  return (line) => {
    const text = line.slice(0, lineLengthMax);
    const now = Date.now();
    if (now - (lastPrinted.get(text) ?? 0) < quietMs) return;
    lastPrinted.set(text, now);
    console.log(text);
  };
}

function printAddresses(stack: Stack, durationMs: number): void {
  const { ports, environment } = stack;
  const rows = [
    ['Leaderboard', environment.PUBLIC_WEB_URL],
    ['Discord sandbox', `http://127.0.0.1:${ports.discord}`],
    ['Supabase', environment.SUPABASE_URL],
    ['Inngest', environment.INNGEST_BASE_URL ?? environment.INNGEST_DEV],
    ['Postgres', environment.SUPABASE_DB_URL],
  ];
  const people = Object.entries(personaRoles).map(([name, role]) => `${name} (${role})`);
  const table = rows.map(([name = '', address]) => `  ${name.padEnd(17)}${address}`).join('\n');
  console.log(`
${table}

  Sign in as ${people.join(', ')}
  with <name>@dealscale.local and the password "${personaPassword}", or with Discord; rob is on Discord only.

Ready after ${(durationMs / 1000).toFixed(1)} s. Ctrl-C stops everything; the data is kept.`);
}
