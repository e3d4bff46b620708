import { describe, expect, it } from 'vitest';
import {
  countCheck,
  countCucumber,
  countVitest,
  describeCounts,
  describeFailure,
  judgeSuite,
} from './count-results.ts';

const passedStep = { result: { status: 'passed' } };

describe('counting reports', () => {
  it('counts checks', () => {
    const checks = [
      { name: 'types', passed: true },
      { name: 'file sizes', passed: false, output: 'a.ts has 300 lines' },
    ];
    expect(countCheck(checks)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
      failures: [{ test: 'file sizes', reason: 'a.ts has 300 lines' }],
    });
  });

  it('counts a broken test file as a failure, and names what failed', () => {
    const report = {
      numPassedTests: 3,
      numFailedTests: 1,
      numPendingTests: 2,
      testResults: [
        {
          name: 'a.test.ts',
          status: 'failed',
          assertionResults: [
            { fullName: 'ranks a player', status: 'failed', failureMessages: ['expected 2 to be 1'] },
            { fullName: 'ranks two', status: 'passed' },
          ],
        },
        { name: 'b.test.ts', status: 'failed', message: 'cannot be loaded', assertionResults: [] },
        { name: 'c.test.ts', status: 'passed', assertionResults: [{ fullName: 'c', status: 'passed' }] },
      ],
    };
    expect(countVitest(report)).toEqual({
      passed: 3,
      failed: 2,
      skipped: 2,
      failures: [
        { test: 'b.test.ts', reason: 'cannot be loaded' },
        { test: 'a.test.ts › ranks a player', reason: 'expected 2 to be 1' },
      ],
    });
  });

  it('counts scenarios; one with an undefined step has failed', () => {
    const scenario = (...statuses: string[]) => ({
      type: 'scenario',
      name: 'A player is ranked',
      steps: statuses.map((status) => ({
        keyword: 'Then ',
        name: 'it is so',
        result: { status, ...(status === 'failed' && { error_message: 'it is not so' }) },
      })),
    });
    const elements = [
      { type: 'background', steps: [passedStep] },
      scenario('passed', 'passed'),
      scenario('passed', 'undefined', 'skipped'),
      scenario('failed'),
      scenario('skipped', 'skipped'),
    ];
    expect(countCucumber([{ elements }, {}])).toEqual({
      passed: 1,
      failed: 2,
      skipped: 1,
      failures: [
        { test: 'A player is ranked', reason: 'Then it is so: undefined\n' },
        { test: 'A player is ranked', reason: 'Then it is so: failed\nit is not so' },
      ],
    });
  });

  it('rejects an unknown report', () => {
    expect(() => countVitest({})).toThrow();
  });
});

describe('judging a suite', () => {
  const clean = { passed: 2, failed: 0, skipped: 1, failures: [] };

  it('trusts a report that matches the exit code', () => {
    expect(judgeSuite(clean, 0)).toEqual(clean);
    expect(judgeSuite({ ...clean, failed: 1 }, 1)).toEqual({ ...clean, failed: 1 });
  });

  it.each([
    ['crashed after its tests', clean, 1, 1],
    ['was killed', clean, null, 1],
    ['wrote no report', null, 0, 1],
    ['ran nothing', { passed: 0, failed: 0, skipped: 3, failures: [] }, 0, 1],
  ])('counts one failure for a suite that %s', (_what, counts, exitCode, failed) => {
    const outcome = judgeSuite(counts, exitCode, 'its last words');
    expect(outcome.failed).toBe(failed);
    expect(outcome.failures).toEqual([
      { test: expect.stringContaining(String(exitCode ?? 'killed')), reason: 'its last words' },
    ]);
  });

  it('repeats a failure in few lines', () => {
    const reason = ['\u001b[31mexpected 2 to be 1', ...Array.from({ length: 99 }, (_, line) => `at ${line}`)];
    const described = describeFailure('unit', { test: 'a › b', reason: reason.join('\n') }).split('\n');
    expect(described.slice(0, 3)).toEqual(['✗ unit: a › b', '    expected 2 to be 1', '    at 0']);
    expect(described.length).toBeLessThan(20);
  });

  it('prints the total in one line', () => {
    expect(describeCounts({ passed: 5, failed: 0, skipped: 0 })).toBe('5 passed, 0 failed');
    expect(describeCounts({ passed: 5, failed: 1, skipped: 2 })).toBe('5 passed, 1 failed, 2 skipped');
  });
});
