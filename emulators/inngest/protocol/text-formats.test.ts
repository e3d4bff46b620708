import { describe, expect, it } from 'vitest';
import { parseDueAtMs, parseDurationMs } from './duration.ts';
import { listTriggerNames } from './event.ts';
import { createSeededUlid, createUlid } from './ulid.ts';

describe('durations', () => {
  it.each([
    ['', 0],
    ['2s', 2_000],
    ['1h30m', 5_400_000],
    ['57w1d', 34_560_000_000],
    ['1.5s', 1_500],
    ['250ms', 250],
  ])('%j is %d ms', (text, expected) => expect(parseDurationMs(text)).toBe(expected));

  it('refuses other text', () => {
    expect(() => parseDurationMs('2 days')).toThrow('not a duration');
    expect(() => parseDurationMs('s')).toThrow('not a duration');
  });

  it('a date is due then, a past one now', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(parseDueAtMs('2026-01-02T00:00:00.000Z', now)).toBe(now + 86_400_000);
    expect(parseDueAtMs('2025-01-02T00:00:00.000Z', now)).toBe(now);
    expect(parseDueAtMs('10s', now)).toBe(now + 10_000);
  });
});

describe('trigger names of an event', () => {
  it('are its own, and a wildcard after each separator', () => {
    expect(listTriggerNames('shop/order.paid.late')).toEqual([
      'shop/order.paid.late',
      'shop/*',
      'shop/order.*',
      'shop/order.paid.*',
    ]);
    expect(listTriggerNames('plain')).toEqual(['plain']);
  });
});

describe('event ids', () => {
  it('sort by creation, also within one millisecond', () => {
    const ids = Array.from({ length: 100 }, () => createUlid(1_800_000_000_000));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(100);
    expect(ids[0]).toHaveLength(26);
  });

  it('of a seeded request are the same each time, and differ by position', () => {
    const seed = `1700000000000,${Buffer.alloc(10, 7).toString('base64')}`;
    expect(createSeededUlid(seed, 1)).toBe(createSeededUlid(seed, 1));
    expect(createSeededUlid(seed, 1)).not.toBe(createSeededUlid(seed, 2));
    expect(createSeededUlid(seed, 1)).toBe('01HF7YAT000W3GE1R70W3GE1R8');
    for (const bad of [
      undefined,
      '',
      'x,y',
      '1700000000000,AAAA',
      `999999999999999,${Buffer.alloc(10).toString('base64')}`,
    ])
      expect(createSeededUlid(bad, 1)).toBeNull();
  });
});
