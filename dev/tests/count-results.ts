import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';

/** The number of tests of one suite, or of all, by result. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** A failed test and the reason, in its runner's words. */
export interface Failure {
  test: string;
  reason: string;
}

/** The result of a suite. */
export interface Outcome extends Counts {
  failures: readonly Failure[];
}

const checkReport = z.array(
  z.object({ name: z.string(), passed: z.boolean(), output: z.string().default('') }),
);

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number().default(0),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).default([]),
        }),
      ),
    }),
  ),
});

const cucumberReport = z.array(
  z.object({
    elements: z
      .array(
        z.object({
          type: z.string().default('scenario'),
          name: z.string().default(''),
          steps: z.array(
            z.object({
              keyword: z.string().default(''),
              name: z.string().default(''),
              result: z.object({ status: z.string(), error_message: z.string().optional() }).optional(),
            }),
          ),
        }),
      )
      .default([]),
  }),
);

/** Counts the report of `dev/checks/check.ts`: one test per check. */
export function countCheck(report: unknown): Outcome {
  const checks = checkReport.parse(report);
  const failures = checks
    .filter((check) => !check.passed)
    .map((check) => ({ test: check.name, reason: check.output }));
  return { passed: checks.length - failures.length, failed: failures.length, skipped: 0, failures };
}

/** Counts Vitest's JSON report. A file that failed before any of its tests ran is one failure. */
export function countVitest(report: unknown): Outcome {
  const parsed = vitestReport.parse(report);
  const brokenFiles = parsed.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const failedTests = parsed.testResults.flatMap((file) =>
    file.assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => ({
        test: `${file.name} › ${test.fullName}`,
        reason: test.failureMessages.join('\n'),
      })),
  );
  return {
    passed: parsed.numPassedTests,
    failed: parsed.numFailedTests + brokenFiles.length,
    skipped: parsed.numPendingTests + parsed.numTodoTests,
    failures: [...brokenFiles.map((file) => ({ test: file.name, reason: file.message })), ...failedTests],
  };
}

/** Counts Cucumber's JSON report by scenario. An undefined or pending step fails its scenario. */
export function countCucumber(report: unknown): Outcome {
  let passed = 0;
  let skipped = 0;
  const failures: Failure[] = [];
  for (const { type, name, steps } of cucumberReport.parse(report).flatMap((feature) => feature.elements)) {
    if (type !== 'scenario') continue;
    const statuses = steps.map((step) => step.result?.status ?? 'unknown');
    if (statuses.length > 0 && statuses.every((status) => status === 'passed')) passed += 1;
    else if (statuses.every((status) => status === 'skipped' || status === 'passed')) skipped += 1;
    else {
      const broken = steps.find(({ result }) => !['passed', 'skipped'].includes(result?.status ?? 'unknown'));
      const step = `${broken?.keyword ?? ''}${broken?.name ?? ''}: ${broken?.result?.status ?? 'unknown'}`;
      failures.push({ test: name, reason: [step, broken?.result?.error_message ?? ''].join('\n') });
    }
  }
  return { passed, failed: failures.length, skipped, failures };
}

/**
 * The verdict on a suite: its report, plus one failure if the program failed without naming a test or ran
 * nothing at all.
 *
 * @param lastWords the end of the program's error output: the reason of that failure
 */
export function judgeSuite(outcome: Outcome | null, exitCode: number | null, lastWords = ''): Outcome {
  const known = outcome ?? { passed: 0, failed: 0, skipped: 0, failures: [] };
  const hasRun = known.passed + known.failed > 0;
  if (hasRun && (exitCode === 0 || known.failed > 0)) return known;
  const ending = exitCode === null ? 'was killed' : `ended with exit code ${exitCode}`;
  const test = hasRun ? `none of its tests failed, but it ${ending}` : `it ran no test and ${ending}`;
  return {
    ...known,
    failed: known.failed + 1,
    failures: [...known.failures, { test, reason: lastWords }],
  };
}

/** The last line of a run. */
export function describeCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

const reasonLines = 14;
const reasonChars = 1200;

/** A failure as repeated at the end of a run: the suite, the test, and the start of its reason. */
export function describeFailure(suite: string, { test, reason }: Failure): string {
  const begin = stripVTControlCharacters(reason)
    .trim()
    .slice(0, reasonChars)
    .split('\n')
    .slice(0, reasonLines);
  return [`✗ ${suite}: ${test}`, ...begin.map((line) => `    ${line}`)].join('\n').trimEnd();
}
