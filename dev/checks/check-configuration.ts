import path from 'node:path';
import { execa } from 'execa';
import { denoPath } from '#emulators/process/deno-path.ts';
import { ensureWebBuild } from '../web-build/web-build.ts';
import { declarations } from './configuration/declarations.ts';
import { findLaxness } from './configuration/find-lax-declarations.ts';
import { makeGoodEnvironment } from './configuration/variable-cases.ts';

/*
 * Starts each process of the product with each value that production must reject. All values are tried on the
 * declaration, and one, which produces two messages, on the process itself.
 */

const endMsMax = 120_000;

/** How each process other than an edge function is started. */
async function findCommand(name: string): Promise<string[]> {
  switch (name) {
    case 'web':
      return [
        process.execPath,
        path.join(await ensureWebBuild({}, AbortSignal.timeout(300_000)), 'index.js'),
      ];
    case 'worker':
      return [process.execPath, 'functions/serve.ts'];
    case 'gateway':
      return [process.execPath, 'bot/gateway.ts'];
    default: {
      const entry = `supabase/functions/${name}/index.ts`;
      const flags = [
        '--allow-net',
        '--allow-env',
        '--allow-read',
        '--no-prompt',
        '--node-modules-dir=manual',
      ];
      return [denoPath('current'), 'run', ...flags, '--no-lock', entry];
    }
  }
}

/** Starts a process and returns how it ended, or null if it did not end by itself. */
async function run(command: readonly string[], environment: Record<string, string>) {
  const [file = '', ...args] = command;
  const { PATH = '', HOME = '' } = process.env;
  const { exitCode, all } = await execa(file, args, {
    env: { PATH, HOME, NO_COLOR: '1', ...environment },
    extendEnv: false,
    timeout: endMsMax,
    killSignal: 'SIGKILL',
    all: true,
    reject: false,
  });
  return { code: exitCode ?? null, output: all };
}

const problems = declarations.flatMap(findLaxness);
for (const { process: name, names } of declarations) {
  const [first = '', ...others] = names;
  const second = others.find((it) => /KEY/.test(it)) ?? '';
  const environment = { ...makeGoodEnvironment(names), [first]: 'http://127.0.0.1:1', [second]: 'nonsense' };
  const { code, output } = await run(await findCommand(name), environment);
  const isRefused = code !== null && code !== 0 && [first, second].every((it) => output.includes(`${it}: `));
  if (!isRefused)
    problems.push(`${name} did not refuse to start (exit code ${code}):\n${output.slice(-2_000)}`);
}
for (const problem of problems) console.error(problem);
console.log(`${declarations.length} processes tried, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
