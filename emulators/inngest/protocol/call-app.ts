import type { Run } from '../store/runs.ts';
import type { Step } from '../store/steps.ts';
import { type AppAnswer, parseAnswer } from './app-answer.ts';
import { sendRequest, UnreachableAppError } from './send-request.ts';
import { serializeCanonical, signBody } from './signature.ts';

/**
 * Above this many bytes the application fetches the state itself, because common servers refuse bodies over
 * 512 KiB.
 */
const maxInlineBytes = 256 * 1_024;
const callTimeoutMs = 15 * 60_000;

export interface AppCall {
  run: Run;
  /** Steps with a memo, in the order in which they settled. */
  steps: Step[];
  url: string;
  attemptCount: number;
  /** `step` to discover and run what comes next, or the id of one planned step. */
  stepId: string;
  attempt: number;
  jobId: string;
  generation: number;
}

/**
 * Body of a call. `fn_id` is omitted on purpose, because with it the SDK would checkpoint over a second
 * protocol.
 */
function buildBody({ run, steps, stepId, attempt, attemptCount }: AppCall, useApi: boolean): unknown {
  const [event] = run.events;
  return {
    event,
    events: useApi ? [] : run.events,
    steps: useApi ? {} : Object.fromEntries(steps.map(({ step_id, memo }) => [step_id, memo])),
    defers: {},
    version: run.req_version,
    use_api: useApi,
    ctx: {
      run_id: run.id,
      attempt,
      max_attempts: attemptCount,
      disable_immediate_execution: run.is_planning_forced,
      use_api: useApi,
      env: '',
      step_id: stepId,
      stack: { stack: steps.map(({ step_id }) => step_id), current: steps.length },
    },
  };
}

function serializeCall(call: AppCall, signingKey: string | null): string {
  const serialize = signingKey === null ? JSON.stringify : serializeCanonical;
  const body = serialize(buildBody(call, false));
  return Buffer.byteLength(body) <= maxInlineBytes ? body : serialize(buildBody(call, true));
}

/** Headers of every request to an application; signed with the real time, which the SDK checks. */
export function buildHeaders(signingKey: string | null, body: string): Record<string, string> {
  if (signingKey === null) return { 'content-type': 'application/json', 'x-inngest-server-kind': 'dev' };
  return {
    'content-type': 'application/json',
    'x-inngest-server-kind': 'cloud',
    'x-inngest-signature': signBody(signingKey, body, Math.floor(Date.now() / 1_000)),
  };
}

/** Calls a function once. Never throws: a broken connection or an unreadable answer is a failed attempt. */
export async function callApp(call: AppCall, signingKey: string | null): Promise<AppAnswer> {
  try {
    const { run } = call;
    const body = serializeCall(call, signingKey);
    const target = new URL(call.url);
    target.searchParams.set('fnId', run.function_id);
    target.searchParams.set('stepId', call.stepId);
    const headers = {
      ...buildHeaders(signingKey, body),
      'x-run-id': run.id,
      'x-inngest-req-version': String(run.req_version),
      'x-inngest-step-id': call.stepId,
      'x-inngest-job-id': call.jobId,
      'x-inngest-generation-id': String(call.generation),
    };
    const request = { method: 'POST', url: target.href, headers, body, timeoutMs: callTimeoutMs } as const;
    return parseAnswer(await sendRequest(request), Date.now());
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof UnreachableAppError) return { kind: 'unreachable', message };
    return { kind: 'failed', error: { name: 'Error', message }, isRetriable: true, retryAfterMs: null };
  }
}
