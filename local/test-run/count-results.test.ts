import { describe, expect, it } from 'vitest';
import { countCheck, countCucumber, countVitest, describeCounts, judgeSuite } from './count-results.ts';

const passedStep = { result: { status: 'passed' } };

describe('counting reports', () => {
  it('counts checks', () => {
    expect(countCheck([{ passed: true }, { passed: false }])).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it('counts a test file that broke as a failure', () => {
    const report = {
      numPassedTests: 3,
      numFailedTests: 1,
      numPendingTests: 2,
      testResults: [
        { status: 'failed', assertionResults: [{}] },
        { status: 'failed', assertionResults: [] },
        { status: 'passed', assertionResults: [{}] },
      ],
    };
    expect(countVitest(report)).toEqual({ passed: 3, failed: 2, skipped: 2 });
  });

  it('counts scenarios; one with an undefined step has failed', () => {
    const scenario = (...statuses: string[]) => ({
      type: 'scenario',
      steps: statuses.map((status) => ({ result: { status } })),
    });
    const elements = [
      { type: 'background', steps: [passedStep] },
      scenario('passed', 'passed'),
      scenario('passed', 'undefined', 'skipped'),
      scenario('failed'),
      scenario('skipped', 'skipped'),
    ];
    expect(countCucumber([{ elements }, {}])).toEqual({ passed: 1, failed: 2, skipped: 1 });
  });

  it('refuses a report it does not know', () => {
    expect(() => countVitest({})).toThrow();
  });
});

describe('judging a suite', () => {
  const clean = { passed: 2, failed: 0, skipped: 1 };

  it('believes a report that fits the exit code', () => {
    expect(judgeSuite(clean, 0)).toEqual(clean);
    expect(judgeSuite({ ...clean, failed: 1 }, 1)).toEqual({ ...clean, failed: 1 });
  });

  it.each([
    ['crashed after its tests', clean, 1, 1],
    ['was killed', clean, null, 1],
    ['wrote no report', null, 0, 1],
    ['ran nothing', { passed: 0, failed: 0, skipped: 3 }, 0, 1],
  ])('counts one failure for a suite that %s', (_what, counts, exitCode, failed) => {
    expect(judgeSuite(counts, exitCode).failed).toBe(failed);
  });

  it('says the total in one line', () => {
    expect(describeCounts({ passed: 5, failed: 0, skipped: 0 })).toBe('5 passed, 0 failed');
    expect(describeCounts({ passed: 5, failed: 1, skipped: 2 })).toBe('5 passed, 1 failed, 2 skipped');
  });
});
