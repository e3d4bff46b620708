import { mkdirSync, writeFileSync } from 'node:fs';
import { execa } from 'execa';

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
  { name: 'migrations', command: script('check-migrations') },
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
  { name: 'emulators without the product', command: script('check-emulators') },
  { name: 'file sizes', command: script('check-file-sizes') },
  { name: 'pinned versions and hashes', command: script('check-pins') },
];

interface Result {
  name: string;
  passed: boolean;
  durationMs: number;
  output: string;
}

async function run({ name, command }: Check): Promise<Result> {
  const [file = '', ...args] = command;
  const { failed, durationMs, all, shortMessage } = await execa(file, args, {
    stdin: 'ignore',
    all: true,
    reject: false,
  });
  return { name, passed: !failed, durationMs: Math.round(durationMs), output: all || (shortMessage ?? '') };
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
