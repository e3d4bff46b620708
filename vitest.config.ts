import { defineConfig } from 'vitest/config';

const shared = { exclude: ['**/node_modules/**', '.local/**', 'web/build/**', 'web/.svelte-kit/**'] };

// Reloading the modules for each file takes longer than most tests. No module keeps state that another file
// could notice.
const isolate = false;

// Timeouts end what is stuck. A loaded machine can be very slow, and slowness alone must not fail a test.
const timeouts = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 60_000 } } };

export default defineConfig({
  // The one in web/ extends a file that exists only once SvelteKit has generated it.
  tsconfig: 'tsconfig.json',
  test: {
    // Most tests wait for Postgres or for processes, so two can share even a single core.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          ...shared,
          ...timeouts,
          name: 'unit',
          isolate,
          include: ['**/*.test.ts'],
          exclude: [...shared.exclude, '**/*.{integration,stack,browser}.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          ...timeouts,
          name: 'integration',
          isolate,
          include: ['**/*.integration.test.ts'],
          globalSetup: ['./dev/tests/test-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          ...timeouts,
          name: 'stack',
          include: ['**/*.{stack,browser}.test.ts'],
          globalSetup: ['./dev/tests/test-stack.ts'],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
