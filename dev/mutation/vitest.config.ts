import { defineConfig } from 'vitest/config';

// Unit tests only, without the projects of the main configuration, whose global set-up starts servers.
export default defineConfig({
  test: {
    include: ['{bot,domain,functions,supabase}/**/*.test.ts'],
    exclude: [
      '**/node_modules/**',
      '**/*.{integration,stack,browser}.test.ts',
      // Thousands of random texts per fault would take most of an hour; the golden files detect the same.
      'bot/platform/every-message.test.ts',
    ],
    testTimeout: 120_000,
  },
});
