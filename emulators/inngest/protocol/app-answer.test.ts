import { describe, expect, it } from 'vitest';
import { parseAnswer, readRetryAfterMs } from './app-answer.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const fromSdk: [string, string] = ['x-inngest-sdk', 'inngest-js:v4.24.0'];

function answer(status: number, body: string, ...headers: [string, string][]) {
  return parseAnswer({ status, body, headers: new Map(headers) }, now);
}

describe('answers of an application', () => {
  it('200 ends the run with the body', () => {
    expect(answer(200, '{"a":1}', fromSdk)).toEqual({ kind: 'completed', output: { a: 1 } });
    expect(answer(200, 'null', fromSdk)).toEqual({ kind: 'completed', output: null });
  });

  it('206 asks for operations, one or several', () => {
    const one = answer(206, '{"id":"a","op":"StepRun","data":1}', fromSdk, ['x-inngest-req-version', '1']);
    expect(one).toMatchObject({
      kind: 'operations',
      reqVersion: 1,
      operations: [{ id: 'a', op: 'StepRun' }],
    });
    expect(answer(206, '[]', fromSdk)).toMatchObject({ operations: [], reqVersion: 2 });
  });

  it('201 is unwrapped to the answer inside', () => {
    const inner = JSON.stringify({ status: 206, headers: { 'X-Inngest-No-Retry': 'true' }, body: '[]' });
    expect(answer(201, `   ${inner}`, fromSdk)).toMatchObject({ kind: 'operations', isRetriable: false });
  });

  it('anything else failed, and may be retried unless the header forbids it', () => {
    const body = '{"name":"TypeError","message":"broken","stack":"at x"}';
    expect(answer(500, body, fromSdk)).toMatchObject({ kind: 'failed', isRetriable: true });
    expect(answer(400, body, fromSdk, ['x-inngest-no-retry', 'true'])).toMatchObject({
      isRetriable: false,
      error: { name: 'TypeError', message: 'broken' },
    });
    expect(answer(401, '', fromSdk)).toMatchObject({ isRetriable: true, error: { message: 'status 401' } });
  });

  it("a proxy's page is never success", () => {
    expect(answer(200, '<html>Welcome</html>')).toMatchObject({ kind: 'failed', isRetriable: true });
  });

  it('retry-after: seconds or a date, between one second and a day', () => {
    expect(readRetryAfterMs('30', now)).toBe(30_000);
    expect(readRetryAfterMs('2026-01-01T00:01:00.000Z', now)).toBe(60_000);
    expect(readRetryAfterMs('0', now)).toBe(1_000);
    expect(readRetryAfterMs('2027-01-01T00:00:00.000Z', now)).toBe(86_400_000);
    expect(readRetryAfterMs('soon', now)).toBeNull();
    expect(readRetryAfterMs(undefined, now)).toBeNull();
  });
});
