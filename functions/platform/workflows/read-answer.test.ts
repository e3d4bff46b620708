import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { graceSeconds } from './quiet-seconds.ts';
import { readAnswer } from './read-answer.ts';

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  readAnswer({ status, headers, body: JSON.stringify(body) }, 0);
const completeId = createHash('sha1').update('complete').digest('hex');

test('the function returned', () => {
  expect(answer(200, { ok: true })).toEqual({ status: 'completed', output: { ok: true } });
  expect(
    answer(206, [
      { id: 'x', op: 'StepRun' },
      { id: 'y', op: 'RunComplete', data: 3 },
    ]),
  ).toEqual({
    status: 'completed',
    output: 3,
  });
});

test('the function failed, for good or until the next attempt', () => {
  expect(answer(400, { message: 'x' }, { 'X-Inngest-No-Retry': 'true' })).toEqual({
    status: 'failed',
    error: { message: 'x' },
  });
  expect(answer(500, { message: 'x' }, { 'x-inngest-no-retry': 'false' })).toMatchObject({
    status: 'running',
    quietSeconds: graceSeconds + 45,
    error: { message: 'x' },
  });
  expect(answer(206, [{ id: completeId, op: 'StepFailed', error: { message: 'x' } }])).toMatchObject({
    status: 'failed',
  });
});

test('a step ran', () => {
  expect(answer(206, [{ id: 'x', op: 'StepRun', data: 1 }])).toEqual({
    status: 'running',
    quietSeconds: graceSeconds,
    found: [],
  });
});

test('a failed step is tried again after the wait that it asks for', () => {
  const step = { id: 'x', op: 'StepError', error: { message: 'x' } };
  expect(answer(206, [step], { 'retry-after': '7200' })).toMatchObject({
    quietSeconds: graceSeconds + 7_200,
    error: { message: 'x' },
  });
});

test('the engine now sleeps, waits or calls another function', () => {
  expect(
    answer(206, [
      { id: 'a', op: 'Sleep', name: '2h', displayName: 'nap' },
      { id: 'b', op: 'WaitForEvent', name: 'x/y.z', displayName: 'word', opts: { timeout: '1d' } },
      { id: 'c', op: 'InvokeFunction', displayName: 'other', opts: { function_id: 'f' } },
      { id: 'd', op: 'StepPlanned', displayName: 'later' },
    ]),
  ).toEqual({
    status: 'running',
    quietSeconds: graceSeconds + 86_400,
    found: [
      { step_id: 'a', name: 'nap', kind: 'sleep', dueSeconds: 7_200 },
      { step_id: 'b', name: 'word', kind: 'wait', dueSeconds: 86_400 },
      { step_id: 'c', name: 'other', kind: 'invoke', dueSeconds: null },
    ],
  });
});

test('an answer that cannot be read is no end', () => {
  expect(readAnswer({ status: 206, headers: {}, body: 'not JSON' }, 0)).toMatchObject({
    status: 'running',
    found: [],
  });
});
