import { expect, test } from 'vitest';
import { database, expectProblem, makeAttempt, request, useFakeDatabase } from './testing/api-rig.ts';

useFakeDatabase();

const address = 'api_address:203.0.113.9';
const ask = (apikey: string) =>
  request('/boards/all-time/standings', { headers: { apikey, 'x-forwarded-for': '203.0.113.9' } });
const listCalls = () => database.calls.map(({ name }) => name);

/** Allows this many calls of each bucket; returns the buckets that were counted. */
function limitTo(countMax: number): string[] {
  const counted: string[] = [];
  database.rpcs.count_attempt = ({ action, who, is_counted }) => {
    const bucket = `${action}:${who}`;
    const allowed = counted.filter((other) => other === bucket).length < countMax;
    if (allowed && is_counted !== false) counted.push(bucket);
    return makeAttempt({ allowed, remaining: 7 });
  };
  return counted;
}

test.each(['dsk_wrong_0123456', 'dsk_!'])(
  'a wrong key, %s, counts towards its address, and gets the remaining quota',
  async (key) => {
    const counted = limitTo(1);
    const response = await ask(key);
    expect(response.headers.get('ratelimit')).toMatch(/^"default";r=7;t=\d+$/);
    expect(response.headers.get('ratelimit-policy')).toBe('"default";q=240;w=60');
    expect(response.headers.get('www-authenticate')).toContain('invalid_token');
    await expectProblem(response, 401, 'api_key_invalid');
    expect(counted).toEqual([address]);
  },
);

test.each(['dsk_wrong_0123456', 'dsk_!'])(
  'an address beyond its limit is refused before a key, %s, is looked up',
  async (key) => {
    limitTo(0);
    const response = await ask(key);
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    await expectProblem(response, 429, 'rate_limited');
    expect(listCalls()).not.toContain('verify_api_key');
  },
);

test('text that cannot be a key is not looked up', async () => {
  await ask('dsk_!');
  expect(listCalls()).not.toContain('verify_api_key');
});

test('a valid key counts for itself, and is not blocked by its address once it is cached', async () => {
  database.rpcs.verify_api_key = () => ({ id: 'k9', name: 'n', source: 's', scopes: [] });
  const counted = limitTo(2);
  expect((await ask('dsk_known_0123456')).status).toBe(200);
  expect(counted).toEqual(['api_key:k9']);
  counted.push(address, address);
  expect((await ask('dsk_known_0123456')).status).toBe(200);
});
