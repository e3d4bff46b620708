import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowReport } from '#domain/platform/workflows/workflow-report.ts';
import { mergeReports } from './merge-reports.ts';

/** Sends reports; rejects if they were not all recorded. */
type SendReports = (reports: WorkflowReport[]) => Promise<unknown>;

interface ReporterOptions {
  send: SendReports;
  log: (message: string, error: unknown, details: Record<string, unknown>) => void;
  /** Whether the same reports may be accepted later: the database is away. */
  isPassing: (error: unknown) => boolean;
  gatherMs?: number;
  retryMs?: number;
}

const batchSize = 100;
const waitingMax = 2_000;
const knownRunsMax = 1_000;
const retryMsMax = 10_000;

/**
 * Sends what happens in runs to the database, beside the runs: they never wait for it and never fail with it. One
 * request at a time keeps the order; a report that cannot be recorded is sent again, and dropped if it is refused.
 */
export class RunReporter {
  readonly #options: ReporterOptions;
  #waiting: WorkflowReport[] = [];
  #sending: Promise<void> | null = null;
  #droppedCount = 0;
  /** Ended steps of each run that the database knows, the runs in the order of their last report. */
  readonly #known = new Map<string, Set<string>>();

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  report(report: WorkflowReport): void {
    this.#waiting.push(report);
    if (this.#waiting.length > waitingMax) {
      this.#waiting.shift();
      this.#droppedCount += 1;
    }
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
  }

  isRunKnown(runId: string): boolean {
    return this.#known.has(runId);
  }

  isStepKnown(runId: string, stepId: string): boolean {
    return this.#known.get(runId)?.has(stepId) ?? false;
  }

  /** Resolves when everything reported so far was recorded or given up, at the latest after this long. */
  async flush(timeoutMs: number): Promise<void> {
    if (this.#sending) await Promise.race([this.#sending, delay(timeoutMs, undefined, { ref: false })]);
  }

  async #sendAll(): Promise<void> {
    const { gatherMs = 25, retryMs = 250, isPassing, log } = this.#options;
    let failureCount = 0;
    // A call that does little is reported as a whole.
    await delay(gatherMs);
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, batchSize);
      try {
        await this.#send(batch);
        failureCount = 0;
      } catch (error) {
        if (!isPassing(error)) {
          await this.#sendSeparately(batch);
          continue;
        }
        if (failureCount === 0) log('runs cannot be recorded now', error, { waiting_count: batch.length });
        this.#waiting.unshift(...batch);
        await delay(Math.min(retryMs * 2 ** failureCount, retryMsMax), undefined, { ref: false });
        failureCount += 1;
      }
    }
    if (this.#droppedCount > 0) log('reports of runs were dropped', null, { count: this.#droppedCount });
    this.#droppedCount = 0;
  }

  /** Finds the refused report, so that the others are not lost with it. */
  async #sendSeparately(batch: WorkflowReport[]): Promise<void> {
    for (const report of batch) {
      await this.#send([report]).catch((error: unknown) =>
        this.#options.log('a report of a run was refused', error, { run_id: report.run_id }),
      );
    }
  }

  async #send(reports: WorkflowReport[]): Promise<void> {
    await this.#options.send(mergeReports(reports));
    for (const { run_id, event, steps } of reports) {
      const known = this.#known.get(run_id);
      if (!known && !event) continue;
      const ended = steps.flatMap((step) => (step.ended_at === undefined ? [] : [step.step_id]));
      this.#known.delete(run_id);
      this.#known.set(run_id, new Set([...(known ?? []), ...ended]));
    }
    for (const runId of this.#known.keys()) {
      if (this.#known.size <= knownRunsMax) break;
      this.#known.delete(runId);
    }
  }
}
