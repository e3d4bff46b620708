import { describe, expect, it } from 'vitest';
import { hashSigningKey, isAuthorized, serializeCanonical, signBody } from './signature.ts';

const key = 'signkey-test-00aabbccddeeff11';

describe('signing', () => {
  it('sorts keys and leaves no spaces, whatever the order they came in', () => {
    expect(serializeCanonical({ b: [1, { d: 1, c: 2 }], a: 'é', z: undefined })).toBe(
      '{"a":"é","b":[1,{"c":2,"d":1}]}',
    );
    expect(serializeCanonical({ n: 1e21, m: -0 })).toBe('{"m":0,"n":1e+21}');
  });

  it('depends on the body, the time and the key without its prefix', () => {
    const signature = signBody(key, '{}', 1_700_000_000);
    expect(signature).toMatch(/^t=1700000000&s=[0-9a-f]{64}$/);
    expect(signBody('signkey-prod-00aabbccddeeff11', '{}', 1_700_000_000)).toBe(signature);
    expect(signBody(key, '{} ', 1_700_000_000)).not.toBe(signature);
    expect(signBody(key, '{}', 1_700_000_001)).not.toBe(signature);
  });

  it('accepts the key itself and its hash, and nothing else', () => {
    expect(isAuthorized(`Bearer ${key}`, key)).toBe(true);
    expect(isAuthorized(`Bearer ${hashSigningKey(key)}`, key)).toBe(true);
    expect(isAuthorized('Bearer undefined', key)).toBe(false);
    expect(isAuthorized(undefined, key)).toBe(false);
    expect(isAuthorized(`Bearer ${hashSigningKey('signkey-test-11')}`, key)).toBe(false);
  });
});
