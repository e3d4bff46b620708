import {
  BaseSequencer,
  createVitest,
  type TestCase,
  type TestModule,
  type TestSpecification,
} from 'vitest/node';
import { describeFailure } from './describe-failure.ts';

/** The integration tests of an area, prepared to run many times on one database server. */
export interface DatabaseTests {
  /** Port of the server whose template database every test copies. */
  port: number;
  /** Runs them until the first failure and returns the failed test; null if all pass. */
  findFailure: (place: string) => Promise<string | null>;
  close: () => Promise<void>;
}

/** Vitest would sort by size and last result; here each run chooses the order. */
class OrderAsGiven extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return await Promise.resolve(files);
  }
}

/** Which test files failed for which faults: the likeliest run first, weighted by their duration. */
class FailureHistory {
  readonly #failures = new Map<string, number>();
  readonly #seconds = new Map<string, number>();

  sort(files: readonly TestSpecification[], place: string): TestSpecification[] {
    const rate = ({ moduleId }: TestSpecification): number => {
      const chances = 1 + this.#countFailures(moduleId) + 5 * this.#countFailures(`${moduleId} ${place}`);
      return chances / (1 + (this.#seconds.get(moduleId) ?? 0));
    };
    return [...files].sort((a, b) => rate(b) - rate(a));
  }

  add(modules: readonly TestModule[], place: string): void {
    for (const module of modules) {
      if (module.state() === 'failed') {
        for (const key of [module.moduleId, `${module.moduleId} ${place}`])
          this.#failures.set(key, this.#countFailures(key) + 1);
      }
      const seconds = module.diagnostic().duration / 1000;
      this.#seconds.set(module.moduleId, Math.max(seconds, this.#seconds.get(module.moduleId) ?? 0));
    }
  }

  #countFailures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }
}

/** Starts a database server and runs the tests once without a fault; throws if they fail. */
export async function openDatabaseTests(paths: readonly string[]): Promise<DatabaseTests> {
  let ended: TestModule[] = [];
  let failed: TestCase[] = [];
  const vitest = await createVitest('test', {
    watch: false,
    project: ['integration'],
    bail: 1,
    // Vitest's return value mixes in the results of earlier runs.
    reporters: [
      {
        onTestCaseResult: (test) => void (test.result().state === 'failed' && failed.push(test)),
        onTestModuleEnd: (module) => void ended.push(module),
      },
    ],
    sequence: { sequencer: OrderAsGiven },
  });
  const files = await vitest.globTestSpecifications([...paths]);
  const history = new FailureHistory();
  const findFailure = async (place: string): Promise<string | null> => {
    ended = [];
    failed = [];
    const { unhandledErrors } = await vitest.runTestSpecifications(history.sort(files, place));
    history.add(ended, place);
    const passed = ended.filter((module) => module.state() === 'passed').map(({ moduleId }) => moduleId);
    // A failure ends the run before the other files, and sometimes before its own file is reported.
    if (new Set(passed).size === files.length && unhandledErrors.length === 0) return null;
    return describeFailure(failed, ended, unhandledErrors);
  };
  const failure = files.length === 0 ? 'There are none.' : await findFailure('');
  if (failure !== null) {
    await vitest.close();
    throw new Error(`The tests fail without any fault; fix them first. ${failure}`);
  }
  const port = vitest.getProjectByName('integration').getProvidedContext().postgresPort;
  return { port, findFailure, close: async () => await vitest.close() };
}
