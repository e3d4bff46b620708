import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { StepKind } from '#domain/platform/workflows/vocabulary.ts';
import { graceSeconds, parseWait, waitForRetry } from './quiet-seconds.ts';

/** A step that the engine now carries out: a sleep, a wait or a call of another function. */
interface FoundStep {
  step_id: string;
  name: string;
  kind: StepKind;
  /** Seconds until it ends by itself; null if only its event ends it. */
  dueSeconds: number | null;
}

/** How the run stands after an answer to the engine. */
export type RunAnswer =
  | { status: 'completed'; output: unknown }
  | { status: 'failed'; error: unknown }
  | { status: 'running'; quietSeconds: number; error?: unknown; found: FoundStep[] };

const operation = z.looseObject({
  id: z.string(),
  op: z.string(),
  name: z.string().nullish(),
  displayName: z.string().nullish(),
  opts: z.looseObject({ timeout: z.unknown().optional() }).nullish(),
  data: z.unknown().optional(),
  error: z.unknown().optional(),
});
type Operation = z.output<typeof operation>;

const operations = z.union([z.array(operation), operation.transform((one) => [one])]);
const waits: Record<string, StepKind> = {
  Sleep: 'sleep',
  WaitForEvent: 'wait',
  WaitForSignal: 'wait',
  InvokeFunction: 'invoke',
};
/** Under this id, the SDK reports a failure of the function itself as if it were a step. */
const functionStepId = createHash('sha1').update('complete').digest('hex');

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function describeWait(found: Operation, kind: StepKind): FoundStep {
  const due = kind === 'sleep' ? found.name : found.opts?.timeout;
  return {
    step_id: found.id,
    name: found.displayName ?? found.name ?? kind,
    kind,
    dueSeconds: parseWait(due instanceof Date ? due.toISOString() : due),
  };
}

function readOperations(reported: Operation[], attempt: number, retryAfter: string | undefined): RunAnswer {
  const end = reported.find(({ op }) => op === 'RunComplete');
  if (end) return { status: 'completed', output: end.data };
  const failure = reported.find(({ id, op }) => id === functionStepId && op === 'StepFailed');
  if (failure) return { status: 'failed', error: failure.error };
  const found = reported.flatMap((one) => {
    const kind = waits[one.op];
    return kind === undefined ? [] : [describeWait(one, kind)];
  });
  const waitSeconds = found.map(({ dueSeconds }) => dueSeconds ?? 0);
  const failing = reported.find(({ op }) => op === 'StepError');
  const retrySeconds = failing ? waitForRetry(attempt, retryAfter) : 0;
  return {
    status: 'running',
    quietSeconds: Math.max(graceSeconds + Math.max(0, ...waitSeconds), retrySeconds),
    ...(failing && { error: failing.error }),
    found,
  };
}

/** Reads what a call of the engine was answered; attempts count from 0. */
export function readAnswer(
  answer: { status: number; headers: Record<string, string>; body: string },
  attempt: number,
): RunAnswer {
  const headers = new Map(Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const body = parseBody(answer.body);
  const retryAfter = headers.get('retry-after');
  if (answer.status === 200) return { status: 'completed', output: body };
  if (answer.status === 206) {
    const parsed = operations.safeParse(body);
    return readOperations(parsed.data ?? [], attempt, retryAfter);
  }
  if (headers.get('x-inngest-no-retry') === 'true') return { status: 'failed', error: body };
  return { status: 'running', quietSeconds: waitForRetry(attempt, retryAfter), error: body, found: [] };
}
