import type { Settings } from '#emulators/supabase/settings.ts';
import { startTestSupabase, type TestSupabase } from '#emulators/supabase/testing/start-test-supabase.ts';
import { createTestDatabase } from './test-database.ts';

/**
 * A separate Supabase for one test file, whose database has every migration of the product.
 * @param adjust changes to the settings before the server starts
 */
export function startMigratedSupabase(
  adjust?: (settings: Settings) => void | Promise<void>,
): Promise<TestSupabase> {
  return startTestSupabase(adjust, createTestDatabase);
}
