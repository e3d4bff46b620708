import { expect, test } from 'vitest';
import { z } from 'zod';
import { RefusalError } from '#domain/platform/refusal.ts';
import { StoreError, toOutcome, toValue } from './outcome.ts';

const refused = {
  data: null,
  error: {
    code: 'DS409',
    message: 'Max has decided.',
    details: 'request_already_decided',
    hint: 'Nothing to do.',
  },
};
const broken = {
  data: null,
  error: { code: '57P01', message: 'terminating connection', details: null, hint: null },
};

test('a value is parsed, and what was not promised is dropped', () => {
  const response = { data: { amount: 1, secret: 2 }, error: null };
  expect(toOutcome(response, z.object({ amount: z.number() }))).toEqual({ ok: true, value: { amount: 1 } });
});

test('a refusal keeps its reason, its words and its status', () => {
  expect(toOutcome(refused, z.unknown())).toEqual({
    ok: false,
    refusal: {
      code: 'request_already_decided',
      message: 'Max has decided.',
      action: 'Nothing to do.',
      status: 409,
    },
  });
});

test.each([
  ['Try again in 1 second.', 1],
  ['Try again in 42 seconds.', 42],
  ['Try again in 40 minutes.', 2_400],
  ['Wait a while.', undefined],
])('a limit says how long to wait: %s', (hint, expected) => {
  const error = { code: 'DS429', message: 'That was too much at once.', details: 'rate_limited', hint };
  expect(toOutcome({ data: null, error }, z.unknown())).toMatchObject({
    ok: false,
    refusal: { code: 'rate_limited', status: 429, action: hint },
  });
  const outcome = toOutcome({ data: null, error }, z.unknown());
  expect(outcome.ok ? null : outcome.refusal.retryAfterSeconds).toBe(expected);
});

test('a refused read is thrown as a refusal', () => {
  expect(() => toValue(refused, z.unknown())).toThrow(RefusalError);
});

test.each(['57P01', '42501', '', 'XDS409', 'DS4'])(
  'an error with the code %j is a fault, with its cause',
  (code) => {
    const response = { data: null, error: { ...broken.error, code } };
    expect(() => toOutcome(response, z.unknown())).toThrow(StoreError);
    expect(() => toOutcome(response, z.unknown())).toThrow(
      expect.objectContaining({
        code,
        cause: expect.objectContaining({ message: 'terminating connection' }),
      }),
    );
  },
);

test('an answer of another shape is a fault', () => {
  expect(() => toOutcome({ data: 'x', error: null }, z.number())).toThrow(z.ZodError);
});
