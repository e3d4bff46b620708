import { z } from 'zod';

/** How the tests of one suite, or of all, came out. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const checkReport = z.array(z.object({ passed: z.boolean() }));

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number().default(0),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

const cucumberReport = z.array(
  z.object({
    elements: z
      .array(
        z.object({
          type: z.string().default('scenario'),
          steps: z.array(z.object({ result: z.object({ status: z.string() }).optional() })),
        }),
      )
      .default([]),
  }),
);

/** Counts the report of `scripts/check.ts`: one test per check. */
export function countCheck(report: unknown): Counts {
  const checks = checkReport.parse(report);
  const passed = checks.filter((check) => check.passed).length;
  return { passed, failed: checks.length - passed, skipped: 0 };
}

/** Counts Vitest's JSON report. A file that broke before any of its tests ran is one failure. */
export function countVitest(report: unknown): Counts {
  const parsed = vitestReport.parse(report);
  const brokenFiles = parsed.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return {
    passed: parsed.numPassedTests,
    failed: parsed.numFailedTests + brokenFiles.length,
    skipped: parsed.numPendingTests + parsed.numTodoTests,
  };
}

/** Counts Cucumber's JSON report by scenario. An undefined or pending step fails its scenario. */
export function countCucumber(report: unknown): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { type, steps } of cucumberReport.parse(report).flatMap((feature) => feature.elements)) {
    if (type !== 'scenario') continue;
    const statuses = steps.map((step) => step.result?.status ?? 'unknown');
    if (statuses.length > 0 && statuses.every((status) => status === 'passed')) counts.passed += 1;
    else if (statuses.every((status) => status === 'skipped' || status === 'passed')) counts.skipped += 1;
    else counts.failed += 1;
  }
  return counts;
}

/**
 * The verdict on a suite: what its report says, and one failure more when the program failed without saying which
 * test did, or ran nothing at all.
 */
export function judgeSuite(counts: Counts | null, exitCode: number | null): Counts {
  const { passed, failed, skipped } = counts ?? { passed: 0, failed: 0, skipped: 0 };
  const hasRun = passed + failed > 0;
  const isUnexplained = exitCode !== 0 && failed === 0;
  return { passed, failed: !hasRun || isUnexplained ? failed + 1 : failed, skipped };
}

/** The last line of a run. */
export function describeCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
