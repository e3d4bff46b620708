import { Middleware } from 'inngest';
import { logFailure } from '#domain/platform/log.ts';
import { describeRunError } from '#domain/platform/workflows/describe-run-error.ts';
import { toReportable } from '#domain/platform/workflows/to-reportable.ts';
import type { StepKind } from '#domain/platform/workflows/vocabulary.ts';
import type { StepReport, WorkflowReport } from '#domain/platform/workflows/workflow-report.ts';
import { describeTrigger } from './describe-trigger.ts';
import { graceSeconds } from './quiet-seconds.ts';
import { type RunAnswer, readAnswer } from './read-answer.ts';
import type { RunReporter } from './run-reporter.ts';

/** Takes reports, and knows what is recorded already. */
export type RunObserver = Pick<RunReporter, 'report' | 'isRunKnown' | 'isStepKnown'>;

const outputLengthMax = 8_000;
const nameLengthMax = 200;

const stepKindOf: Record<string, StepKind> = {
  run: 'run',
  sendEvent: 'send',
  sleep: 'sleep',
  waitForEvent: 'wait',
  waitForSignal: 'wait',
  invoke: 'invoke',
};

type Context = Middleware.OnRunStartArgs['ctx'];
type StepInfo = Middleware.OnStepStartArgs['stepInfo'];

const now = () => new Date().toISOString();
const toOutput = (value: unknown) => toReportable(value, outputLengthMax).value;

/**
 * The middleware that reports each run as it goes: which function runs why, each attempt of each step with its
 * time, and how it ended. The engine calls a function once per step and hands back what earlier steps returned;
 * such a step is reported again only if no worker is known to have reported its end. An instance lives for one call.
 */
export function createRunRecorder(reporter: RunObserver): Middleware.Class {
  return class RunRecorder extends Middleware.BaseMiddleware {
    readonly id = 'run-recorder';
    /** Null until the engine has proven itself: this is called after the signature was verified. */
    #call: {
      ctx: Context;
      function_id: string;
      steps: Middleware.TransformFunctionInputArgs['steps'];
    } | null = null;
    #memos: StepReport[] = [];
    readonly #startedAt = new Map<string, string>();

    override transformFunctionInput(arg: Middleware.TransformFunctionInputArgs) {
      this.#call = { ctx: arg.ctx, function_id: arg.fn.id(), steps: arg.steps };
      return arg;
    }

    override transformStepInput(arg: Middleware.TransformStepInputArgs) {
      const { memoized, hashedId } = arg.stepInfo;
      const run_id = this.#call?.ctx.runId ?? '';
      if (memoized && !reporter.isStepKnown(run_id, hashedId)) this.#noteMemo(arg);
      return arg;
    }

    override onMemoizationEnd() {
      this.#report({ status: 'running', quiet_seconds: graceSeconds });
    }

    override onStepStart({ stepInfo }: Middleware.OnStepStartArgs) {
      this.#startedAt.set(stepInfo.hashedId, now());
      this.#reportStep(stepInfo, { status: 'running' });
    }

    override onStepComplete({ stepInfo, output }: Middleware.OnStepCompleteArgs) {
      this.#reportStep(stepInfo, { status: 'completed', ended_at: now(), output: toOutput(output) });
    }

    override onStepError({ stepInfo, error }: Middleware.OnStepErrorArgs) {
      this.#reportStep(stepInfo, { status: 'failed', ended_at: now(), error: describeRunError(error) });
    }

    override async wrapRequest({ next }: Middleware.WrapRequestArgs) {
      const answer = await next();
      try {
        if (this.#call) this.#reportAnswer(readAnswer(answer, this.#call.ctx.attempt));
      } catch (error) {
        // The answer counts, whatever is wrong with the report about it.
        logFailure('an answer could not be reported', error);
      }
      return answer;
    }

    #reportAnswer(answer: RunAnswer): void {
      if (answer.status === 'completed') {
        this.#report({ status: 'completed', output: toOutput(answer.output) });
      } else if (answer.status === 'failed') {
        this.#report({ status: 'failed', error: describeRunError(answer.error) });
      } else {
        const at = now();
        const steps = answer.found.map(
          ({ dueSeconds, name, ...found }): StepReport => ({
            ...found,
            name: name.slice(0, nameLengthMax),
            attempt: 0,
            status: 'waiting',
            started_at: at,
            ...(dueSeconds !== null && { due_at: new Date(Date.now() + dueSeconds * 1_000).toISOString() }),
          }),
        );
        const error = answer.error === undefined ? {} : { error: describeRunError(answer.error) };
        this.#report({ status: 'running', quiet_seconds: answer.quietSeconds, ...error, steps });
      }
    }

    #noteMemo({ stepInfo, stepOptions }: Middleware.TransformStepInputArgs): void {
      const at = now();
      const kind = stepKindOf[String(stepInfo.stepType)] ?? 'other';
      const memo = this.#call?.steps[stepInfo.hashedId];
      this.#memos.push({
        step_id: stepInfo.hashedId,
        attempt: 0,
        name: (stepOptions.name ?? stepOptions.id).slice(0, nameLengthMax),
        kind,
        is_memo: true,
        // The engine calls as soon as a sleep or wait is over; when a step ended is unknown.
        is_timed: kind !== 'run' && kind !== 'send',
        started_at: at,
        ended_at: at,
        ...(memo?.type === 'error'
          ? { status: 'failed', error: describeRunError(memo.error) }
          : { status: 'completed', output: toOutput(memo?.type === 'data' ? memo.data : null) }),
      });
    }

    #reportStep(info: StepInfo, step: Pick<StepReport, 'status' | 'ended_at' | 'output' | 'error'>): void {
      const reported: StepReport = {
        step_id: info.hashedId,
        attempt: this.#call?.ctx.attempt ?? 0,
        name: (info.options.name ?? info.options.id).slice(0, nameLengthMax),
        kind: stepKindOf[String(info.stepType)] ?? 'other',
        started_at: this.#startedAt.get(info.hashedId) ?? now(),
        ...step,
      };
      this.#report({ status: 'running', quiet_seconds: graceSeconds, steps: [reported] });
    }

    #report(part: Pick<WorkflowReport, 'status'> & Partial<WorkflowReport>): void {
      if (!this.#call) return;
      const { ctx, function_id } = this.#call;
      const memos = this.#memos.splice(0);
      reporter.report({
        ...{ run_id: ctx.runId, function_id, at: now(), attempt: ctx.attempt },
        ...(reporter.isRunKnown(ctx.runId) ? {} : describeTrigger(ctx.event, ctx.events.length <= 1)),
        ...part,
        steps: [...memos, ...(part.steps ?? [])],
      });
    }
  };
}
