import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';

/** One check that must pass before tests are worth running. */
interface Check {
  name: string;
  command: readonly string[];
}

const bin = (name: string): string => `node_modules/.bin/${name}`;
const script = (name: string, ...args: readonly string[]): readonly string[] => [
  process.execPath,
  `dev/checks/${name}.ts`,
  ...args,
];

const importingFolders = [
  'bench',
  'bot',
  'dev',
  'domain',
  'emulators',
  'features',
  'functions',
  'inngest.ts',
  'ops',
  'supabase',
  'web/src',
];

/** Longest first, so both workers finish at about the same time. */
const checks: readonly Check[] = [
  { name: 'web types', command: script('check-web-types') },
  { name: 'database types and advisors', command: script('check-database') },
  { name: 'edge function types (current Deno)', command: script('check-edge-functions', 'current') },
  { name: 'edge function types (hosted Deno)', command: script('check-edge-functions', 'hosted') },
  { name: 'configuration', command: script('check-configuration') },
  { name: 'types', command: [bin('tsc')] },
  { name: 'dead code', command: [bin('knip'), '--no-progress'] },
  { name: 'format and lint', command: [bin('biome'), 'check', '--error-on-warnings', '.'] },
  {
    name: 'import direction',
    command: [
      bin('depcruise'),
      '--config',
      'dependency-cruiser.config.ts',
      '--output-type',
      'err',
      ...importingFolders,
    ],
  },
  { name: 'English', command: script('check-english') },
  { name: 'file sizes', command: script('check-file-sizes') },
  { name: 'pinned versions and hashes', command: script('check-pins') },
];

interface Result {
  name: string;
  passed: boolean;
  durationMs: number;
  output: string;
}

function run(check: Check): Promise<Result> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const [file = '', ...args] = check.command;
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: string[] = [];
    const finish = (passed: boolean): void => {
      const durationMs = Math.round(performance.now() - startedAt);
      resolve({ name: check.name, passed, durationMs, output: chunks.join('') });
    };
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    child.on('error', (error) => {
      chunks.push(String(error));
      finish(false);
    });
    child.on('close', (code) => finish(code === 0));
  });
}

/** Two at a time, because the slow checks each occupy one core. */
async function runAll(): Promise<Result[]> {
  const waiting = [...checks];
  const results: Result[] = [];
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const result = await run(check);
      results.push(result);
      console.log(`${result.passed ? '✓' : '✗'} ${result.name} (${(result.durationMs / 1000).toFixed(1)} s)`);
      if (!result.passed) console.log(result.output.trimEnd());
    }
  };
  await Promise.all([work(), work()]);
  return results;
}

const results = await runAll();
const passedCount = results.filter((result) => result.passed).length;
mkdirSync('reports', { recursive: true });
writeFileSync(
  'reports/check.json',
  JSON.stringify(
    results.map(({ output: _, ...rest }) => rest),
    null,
    2,
  ),
);
console.log(`${passedCount} passed, ${results.length - passedCount} failed`);
process.exitCode = passedCount === results.length ? 0 : 1;
