import type { OutboxBacklog } from '#store/platform/get-outbox-backlog.ts';
import type { Metric } from './render-metrics.ts';

/** The outbox backlog, as metrics. */
export function describeOutbox(
  { unsent_count, oldest_created_at, attempts_max }: OutboxBacklog,
  nowMs: number,
): Metric[] {
  const oldestSeconds =
    oldest_created_at === null ? 0 : Math.max(0, (nowMs - Date.parse(oldest_created_at)) / 1000);
  return [
    {
      name: 'dealscale_outbox_unsent',
      help: 'Events waiting to be sent.',
      type: 'gauge',
      samples: [{ value: unsent_count }],
    },
    {
      name: 'dealscale_outbox_oldest_seconds',
      help: 'Age of the oldest waiting event in seconds; 0 if none.',
      type: 'gauge',
      samples: [{ value: oldestSeconds }],
    },
    {
      name: 'dealscale_outbox_attempts_max',
      help: 'Highest number of attempts of a waiting event.',
      type: 'gauge',
      samples: [{ value: attempts_max }],
    },
  ];
}
