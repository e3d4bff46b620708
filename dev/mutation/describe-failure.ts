import type { TestModule } from 'vitest/node';

/** The first failure of a test run in one line: which test, and what it said. Null when there was none. */
export function describeFailure(
  modules: readonly TestModule[],
  unhandledErrors: readonly unknown[],
): string | null {
  for (const module of modules) {
    for (const test of module.children.allTests('failed')) {
      return shorten(`${module.relativeModuleId} > ${test.fullName}: ${test.result().errors?.[0]?.message}`);
    }
    if (module.state() === 'failed') {
      const errors = [
        ...module.errors(),
        ...[...module.children.allSuites()].flatMap((suite) => suite.errors()),
      ];
      return shorten(`${module.relativeModuleId}: ${errors[0]?.message}`);
    }
  }
  const [error] = unhandledErrors;
  return error === undefined ? null : shorten(String(error));
}

function shorten(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 200);
}
