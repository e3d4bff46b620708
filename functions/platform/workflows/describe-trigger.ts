import { deriveRunCause } from '#domain/platform/workflows/derive-run-cause.ts';
import { toReportable } from '#domain/platform/workflows/to-reportable.ts';
import type { WorkflowReport } from '#domain/platform/workflows/workflow-report.ts';

const inputLengthMax = 16_000;

/** The event that started a run, as it is stored, and what it is about. */
export function describeTrigger(
  event: { id?: string | null; name: string; data?: unknown },
  isAlone: boolean,
): Pick<WorkflowReport, 'event' | 'cause' | 'repeats_run_id'> {
  const { id, name, data } = event;
  const { value, isWhole } = toReportable(data, inputLengthMax);
  const fields = new Map<string, unknown>(Object.entries(data ?? {}));
  const repeats = fields.get('repeats_run_id');
  return {
    event: { id: id ?? null, name, data: value, is_whole: isWhole && isAlone },
    cause: deriveRunCause({ name, data }),
    ...(typeof repeats === 'string' && { repeats_run_id: repeats }),
  };
}
