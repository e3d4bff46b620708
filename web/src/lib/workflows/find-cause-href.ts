import type { WorkflowRun } from '#store/platform/workflow-run-schema.ts';

/** The page of what a run is about; null if there is none. */
export function findCauseHref({ kind, id, label }: WorkflowRun['cause']): string | null {
  switch (kind) {
    case 'player':
    case 'member':
      return label === null ? null : `/admin/players/${encodeURIComponent(label)}`;
    case 'board':
      return `/?board=${encodeURIComponent(id)}`;
    case 'run':
      return `/admin/workflows/${encodeURIComponent(id)}`;
    case 'request':
      return `/admin/requests/${encodeURIComponent(id)}`;
    default:
      return null;
  }
}
