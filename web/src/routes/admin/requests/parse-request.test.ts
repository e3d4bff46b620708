import { expect, test } from 'vitest';
import { creditRequestSchema } from '#domain/credits/credit-request-schema.ts';
import { makeCreditRequest } from '#domain/credits/testing/make-credit-request.ts';
import { parseRequest } from './parse-request.ts';

test("a message is parsed like the store's request, completely", () => {
  const request = makeCreditRequest();
  expect(parseRequest({ ...request, unknown: 1 })).toEqual(creditRequestSchema.parse(request));
  expect(Object.keys(parseRequest(request) ?? {}).sort()).toEqual(
    Object.keys(creditRequestSchema.shape).sort(),
  );
});

test.each([null, {}, { ...makeCreditRequest(), state: 'lost' }])('%s is not a request', (value) => {
  expect(parseRequest(value)).toBeNull();
});
