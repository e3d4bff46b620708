import { RealtimeClient } from '@supabase/supabase-js';
import { expect, test, vi } from 'vitest';
import { createAuthorize } from './create-authorize.ts';

test('channels that open together all wait for the token, which is read once', async () => {
  const readToken = vi.fn(() => Promise.resolve('token'));
  const connection = new RealtimeClient('ws://realtime.example', {
    params: { apikey: 'key' },
    accessToken: readToken,
  });
  const authorize = createAuthorize(connection);
  const join = async () => {
    await authorize();
    return connection.accessTokenValue;
  };
  expect(await Promise.all([join(), join()])).toEqual(['token', 'token']);
  expect(readToken).toHaveBeenCalledOnce();
});

test('the next channel reads the token again, as it may have been renewed', async () => {
  const readToken = vi.fn(() => Promise.resolve(`token ${readToken.mock.calls.length}`));
  const connection = new RealtimeClient('ws://realtime.example', {
    params: { apikey: 'key' },
    accessToken: readToken,
  });
  const authorize = createAuthorize(connection);
  await authorize();
  await authorize();
  expect(connection.accessTokenValue).toBe('token 2');
});
