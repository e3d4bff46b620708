import { defineConfig } from 'vitest/config';

// Unit tests only, without the projects of the main configuration: their global set-up starts servers.
export default defineConfig({
  test: {
    include: ['{bot,domain,functions,supabase}/**/*.test.ts'],
    exclude: [
      '**/node_modules/**',
      '**/*.{integration,stack,browser}.test.ts',
      // Thousands of random texts for every fault take most of an hour; the golden files notice what it would.
      'bot/platform/every-message.test.ts',
    ],
    testTimeout: 120_000,
  },
});
