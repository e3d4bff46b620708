import { afterAll, beforeAll, expect, test } from 'vitest';
import { readProjectConfig } from '../project-config.ts';
import { joinTopic } from '../testing/join-topic.ts';
import { startTestSupabase, type TestSupabase } from '../testing/start-test-supabase.ts';

let supabase: TestSupabase;

beforeAll(async () => {
  supabase = await startTestSupabase((settings) => {
    settings.project = readProjectConfig(new URL('../../../supabase/config.toml', import.meta.url));
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
