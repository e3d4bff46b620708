import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import postgres from 'postgres';
import { expect } from 'vitest';
import type { ProvidedStack } from '#dev/tests/provide-test-stack.ts';
import { listProcesses } from '#dev/tests/test-stack-control.ts';
import { type RawAnswer, type RawRequest, sendRaw } from './raw-request.ts';

/**
 * The seed determines what is sent, so a failed run can be repeated. FUZZ_SEED=… sends something else,
 * FUZZ_TIMES=… more.
 */
const seed = Number(process.env.FUZZ_SEED ?? 1);
const times = Number(process.env.FUZZ_TIMES ?? 1);
const concurrency = 12;
const shownMax = 10;
/** Faults that a log may contain although every request was answered. */
const faultPattern =
  /unhandled rejection|uncaught exception|left a rejection unhandled|threw outside of a request|Unhandled/i;

export interface Attack {
  port: number;
  requests: fc.Arbitrary<RawRequest>;
  count: number;
  /** Whether a status of 500 or more is expected. */
  isExpected?: (answer: RawAnswer, request: RawRequest) => boolean;
}

interface Failure {
  request: RawRequest;
  answer: RawAnswer;
}

/**
 * Sends hostile requests and expects that none gets a 5xx, no process of the stack ends, and no log contains
 * an unhandled fault.
 */
export async function attack(
  stack: ProvidedStack,
  { port, requests, count, isExpected }: Attack,
): Promise<void> {
  const sent = fc.sample(requests, { seed, numRuns: Math.ceil(count * times) });
  console.log(`FUZZ_SEED=${seed}: ${sent.length} requests to port ${port}`);
  await withWatchedStack(stack, async () => {
    const failures: Failure[] = [];
    await sendAll(sent, async (request) => {
      const answer = await sendRaw(port, request);
      if (answer.status >= 500 && !isExpected?.(answer, request)) failures.push({ request, answer });
    });
    expect(describeFailures(failures)).toEqual([]);
  });
}

/** The values of an attack that does not send requests to a port: the same for the same seed. */
export function sampleOf<T>(values: fc.Arbitrary<T>, count: number): T[] {
  console.log(`FUZZ_SEED=${seed}: ${count} values`);
  return fc.sample(values, { seed, numRuns: Math.ceil(count * times) });
}

/** Processes all of them, some concurrently. */
export async function sendAll<T>(values: readonly T[], send: (value: T) => Promise<void>): Promise<void> {
  const waiting = values.values();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (const value of waiting) await send(value);
    }),
  );
}

/** Expects that the stack is unchanged after some work. Rate limits are lifted meanwhile. */
export async function withWatchedStack(stack: ProvidedStack, work: () => Promise<void>): Promise<void> {
  const processes = await listProcesses(stack.controlUrl);
  const known = countFaults(stack.dataDirectory);
  const sql = postgres(stack.superuserUrl, { max: 1, onnotice: () => {} });
  const timer = setInterval(() => void sql`delete from platform.rate_limits`.catch(() => {}), 50);
  try {
    await work();
  } finally {
    clearInterval(timer);
    await sql.end();
  }
  expect(await listProcesses(stack.controlUrl)).toEqual(processes);
  expect(countFaults(stack.dataDirectory)).toEqual(known);
}

function countFaults(dataDirectory: string): Record<string, number> {
  const directory = path.join(dataDirectory, 'logs');
  const logs = globSync('*.log', { cwd: directory }).sort();
  return Object.fromEntries(
    logs.map((log) => {
      const lines = readFileSync(path.join(directory, log), 'utf8').split('\n');
      return [log, lines.filter((line) => faultPattern.test(line)).length];
    }),
  );
}

function describeFailures(failures: readonly Failure[]): string[] {
  const distinct = new Map<string, string>();
  for (const { request, answer } of failures) {
    const kind = `${answer.status} ${request.method} ${answer.body.slice(0, 60)}`;
    if (distinct.has(kind)) continue;
    distinct.set(
      kind,
      JSON.stringify({
        status: answer.status,
        answer: answer.body.slice(0, 300),
        method: request.method,
        target: request.target.slice(0, 300),
        headers: request.headers.map(([name, value]) => `${name}: ${value.slice(0, 100)}`),
        body: request.body.toString('latin1').slice(0, 500),
      }),
    );
  }
  return [...distinct.values()].slice(0, shownMax);
}
