import type { TestCase, TestModule } from 'vitest/node';

/** The first failure of a test run in one line: the test and its message. */
export function describeFailure(
  tests: readonly TestCase[],
  modules: readonly TestModule[],
  unhandledErrors: readonly unknown[],
): string {
  for (const test of tests) {
    return shorten(
      `${test.module.relativeModuleId} > ${test.fullName}: ${test.result().errors?.[0]?.message}`,
    );
  }
  for (const module of modules) {
    const errors = [
      ...module.errors(),
      ...[...module.children.allSuites()].flatMap((suite) => suite.errors()),
    ];
    if (errors[0]) return shorten(`${module.relativeModuleId}: ${errors[0].message}`);
  }
  return shorten(String(unhandledErrors[0] ?? 'The run ended early.'));
}

function shorten(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 200);
}
