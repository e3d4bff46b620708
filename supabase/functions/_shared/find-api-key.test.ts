import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { database, useFakeDatabase } from '../api/testing/api-rig.ts';
import { findApiKey, readApiKey } from './find-api-key.ts';

useFakeDatabase();
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  database.rpcs.verify_api_key = ({ key }) => ({ id: key, name: 'n', source: 's', scopes: [] });
});
afterEach(() => {
  vi.useRealTimers();
});

const countLookUps = () => database.calls.filter(({ name }) => name === 'verify_api_key').length;
const wait = (delayMs: number) => vi.setSystemTime(Date.now() + delayMs);

describe('the key of a request', () => {
  test.each<[Record<string, string>, string | null]>([
    [{}, null],
    [{ authorization: 'Bearer dsk_a' }, 'dsk_a'],
    [{ authorization: 'bearer   dsk_a' }, 'dsk_a'],
    [{ authorization: 'Basic dsk_a' }, null],
    [{ authorization: 'x Bearer dsk_a' }, null],
    [{ authorization: 'Bearer dsk_a b' }, null],
    [{ authorization: 'Bearerdsk_a' }, null],
    [{ apikey: 'dsk_a' }, 'dsk_a'],
    [{ apikey: 'sb_publishable_dsk_' }, null],
    [{ authorization: 'Bearer ey.ours.not', apikey: 'dsk_a' }, 'dsk_a'],
    [{ authorization: 'Bearer dsk_b', apikey: 'dsk_a' }, 'dsk_b'],
  ])('in %j is %j', (headers, key) => {
    expect(readApiKey(new Headers(headers))).toBe(key);
  });
});

describe('a key', () => {
  test.each([
    `dsk_${'a'.repeat(7)}`,
    `dsk_${'a'.repeat(201)}`,
    'dsk_aaaa aaaa',
    'xdsk_aaaaaaaa',
    'dsk_aaaaaaaa!',
  ])('such as %s is not looked up', async (key) => {
    expect(await findApiKey(key)).toBeNull();
    expect(countLookUps()).toBe(0);
  });

  test.each([`dsk_${'-'.repeat(8)}`, `dsk_${'b'.repeat(200)}`])('such as %s is', async (key) => {
    expect(await findApiKey(key)).toMatchObject({ id: key });
  });

  test('is cached for ten seconds, then looked up without the limit for unknown keys', async () => {
    const admit = vi.fn(async () => {});
    await findApiKey('dsk_for_ten_seconds', admit);
    wait(9_999);
    expect(await findApiKey('dsk_for_ten_seconds', admit)).toMatchObject({ id: 'dsk_for_ten_seconds' });
    expect(countLookUps()).toBe(1);
    wait(1);
    await findApiKey('dsk_for_ten_seconds', admit);
    expect(countLookUps()).toBe(2);
    expect(admit).toHaveBeenCalledOnce();
  });

  test('is unknown once it is revoked', async () => {
    const admit = vi.fn(async () => {});
    await findApiKey('dsk_revoked_later', admit);
    wait(10_000);
    database.rpcs.verify_api_key = () => null;
    expect(await findApiKey('dsk_revoked_later', admit)).toBeNull();
    expect(await findApiKey('dsk_revoked_later', admit)).toBeNull();
    expect(admit).toHaveBeenCalledTimes(2);
  });

  test('is not looked up for a rate-limited stranger', async () => {
    await expect(findApiKey('dsk_held_back_0', () => Promise.reject(new Error('wait')))).rejects.toThrow(
      'wait',
    );
    expect(countLookUps()).toBe(0);
  });

  test('is dropped once a thousand are cached and another arrives', async () => {
    vi.resetModules();
    const { findApiKey: find } = await import('./find-api-key.ts');
    for (let index = 0; index < 1_000; index += 1) await find(`dsk_of_many_${index}`);
    await find('dsk_of_many_0');
    expect(countLookUps()).toBe(1_000);
    await find('dsk_one_more_0');
    await find('dsk_of_many_0');
    expect(countLookUps()).toBe(1_002);
  });
});
