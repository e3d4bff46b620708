import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMigratedSupabase } from '#dev/tests/start-migrated-supabase.ts';
import { readProjectConfig } from '#emulators/supabase/project-config.ts';
import { joinTopic } from '#emulators/supabase/testing/join-topic.ts';
import type { TestSupabase } from '#emulators/supabase/testing/start-test-supabase.ts';

let supabase: TestSupabase;

beforeAll(async () => {
  supabase = await startMigratedSupabase((settings) => {
    settings.project = readProjectConfig(new URL('../../config.toml', import.meta.url));
  });
});
afterAll(() => supabase.stop());

test('an unauthorised topic is refused, one that policies allow is joined', async () => {
  const client = supabase.connect();
  expect(await joinTopic(client, 'anything', { isPrivate: false })).toMatchObject({
    status: 'CHANNEL_ERROR',
    error: 'PrivateOnly: This project only allows private channels',
  });
  expect(await joinTopic(client, 'board:all-time')).toMatchObject({ status: 'SUBSCRIBED' });
});
