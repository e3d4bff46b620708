export interface Metric {
  name: string;
  help: string;
  type: 'gauge' | 'counter';
  /** Null: unknown, and omitted. */
  samples: readonly { labels?: Record<string, string | number>; value: number | null }[];
}

/** The Content-Type of the text format. */
export const metricsMediaType = 'text/plain; version=0.0.4; charset=utf-8';

const escapeHelp = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const escapeLabel = (text: string) => escapeHelp(text).replaceAll('"', '\\"');

function renderLabels(labels: Record<string, string | number> = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(String(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Prometheus text exposition format: one block for each metric with samples. */
export function renderMetrics(metrics: readonly Metric[]): string {
  const blocks = metrics.flatMap(({ name, help, type, samples }) => {
    const lines = samples.flatMap(({ labels, value }) =>
      value === null ? [] : [`${name}${renderLabels(labels)} ${value}`],
    );
    if (lines.length === 0) return [];
    return [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`, ...lines];
  });
  return `${blocks.join('\n')}\n`;
}
