// `npm test`: runs every suite and prints one line with the total at the end. Suites that mostly wait, for a
// browser or a whole stack, run next to those that mostly compute.
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onEndRequested } from '#emulators/process/end-of-process.ts';
import { makeTemporaryDirectory } from '#emulators/process/temporary-directory.ts';
import { endWithLauncher } from '../stack/end-with-launcher.ts';
import { repositoryDirectory } from '../stack/environment.ts';
import { startReaper } from '../supervisor/start-reaper.ts';
import {
  type Counts,
  countCheck,
  countCucumber,
  countVitest,
  describeCounts,
  describeFailure,
} from './count-results.ts';
import { startTestStack } from './provide-test-stack.ts';
import { runSuite, type Suite } from './run-suite.ts';
import { takeTurns } from './take-turns.ts';

const node = process.execPath;

function listSuites(reports: string): Suite[] {
  const report = (name: string): string => path.join(reports, `${name}.json`);
  const vitest = (name: string, projects: readonly string[]): Suite => ({
    name,
    command: [
      node,
      'node_modules/vitest/vitest.mjs',
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      // Tests of the database and of processes wait more than they compute.
      '--maxWorkers=3',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report(name)}`,
    ],
    reportFile: report(name),
    count: countVitest,
  });
  const cucumber = [
    node,
    'node_modules/@cucumber/cucumber/bin/cucumber.js',
    '--format',
    `json:${report('features')}`,
  ];
  return [
    {
      name: 'check',
      command: [node, 'dev/checks/check.ts'],
      reportFile: path.join(repositoryDirectory, 'reports/check.json'),
      count: countCheck,
    },
    vitest('unit', ['unit', 'integration']),
    // Before the suites that kill parts of the stack.
    {
      name: 'features',
      command: cucumber,
      reportFile: report('features'),
      count: countCucumber,
      needsStack: true,
    },
    { ...vitest('stack', ['stack']), needsStack: true },
  ];
}

function chooseSuites(suites: readonly Suite[], names: readonly string[]): readonly Suite[] {
  const unknown = names.find((name) => !suites.some((suite) => suite.name === name));
  if (unknown) {
    const known = suites.map((suite) => suite.name).join(', ');
    throw new Error(`There is no suite "${unknown}". There are: ${known}.`);
  }
  return names.length === 0 ? suites : suites.filter((suite) => names.includes(suite.name));
}

const scratch = makeTemporaryDirectory('dealscale-tests-');
const reaper = startReaper();
const ending = new AbortController();
onEndRequested(() => ending.abort());
endWithLauncher(() => ending.abort());

const sharedStacks: { stop: () => Promise<void> }[] = [];

/** One stack for all suites that need one; they find it through LOCAL_TEST_STACK. */
async function shareStack(print: (line: string) => void): Promise<void> {
  if (sharedStacks.length > 0) return;
  const { provided, stop } = await startTestStack(ending.signal, print);
  sharedStacks.push({ stop });
  const file = path.join(scratch, 'shared-stack.json');
  writeFileSync(file, JSON.stringify(provided), { mode: 0o600 });
  process.env.LOCAL_TEST_STACK = file;
}

const total: Counts = { passed: 0, failed: 0, skipped: 0 };
const lines: string[] = [];
/** Repeated at the end, where they are easy to find. */
const failures: string[] = [];
const turns = takeTurns((text) => process.stdout.write(text));

async function runInTurn(suite: Suite): Promise<void> {
  const turn = turns.begin();
  const startedAt = performance.now();
  try {
    turn.write(`\n── ${suite.name} ──\n`);
    if (suite.needsStack) await shareStack((line) => turn.write(`${line}\n`));
    // A report of an earlier run must not count for this one.
    rmSync(suite.reportFile, { force: true });
    const outcome = await runSuite(suite, {
      directory: repositoryDirectory,
      temporaryDirectory: scratch,
      signal: ending.signal,
      reaper,
      turn,
    });
    total.passed += outcome.passed;
    total.failed += outcome.failed;
    total.skipped += outcome.skipped;
    failures.push(...outcome.failures.map((failure) => describeFailure(suite.name, failure)));
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    lines.push(`${suite.name.padEnd(10)} ${describeCounts(outcome)} (${seconds} s)`);
  } finally {
    turn.end();
  }
}

async function runInOrder(suites: readonly Suite[]): Promise<void> {
  for (const suite of suites) if (!ending.signal.aborted) await runInTurn(suite);
}

try {
  const suites = chooseSuites(listSuites(scratch), process.argv.slice(2));
  const lanes = [false, true].map((isOnStack) =>
    runInOrder(suites.filter(({ needsStack = false }) => needsStack === isOnStack)),
  );
  for (const lane of await Promise.allSettled(lanes)) {
    if (lane.status === 'fulfilled') continue;
    failures.push(lane.reason instanceof Error ? lane.reason.message : String(lane.reason));
    total.failed += 1;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  total.failed += 1;
} finally {
  for (const { stop } of sharedStacks) await stop();
  reaper.dismiss();
  rmSync(scratch, { recursive: true, force: true });
}
if (ending.signal.aborted) {
  lines.push('The run was interrupted.');
  total.failed += 1;
}
console.log(`\n${[...failures, ...lines].join('\n')}\n${describeCounts(total)}`);
process.exit(total.failed === 0 ? 0 : 1);
