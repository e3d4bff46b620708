import { z } from 'zod';
import type { Hub } from '../state/hub.ts';

export const faultSchema = z.object({
  kind: z.literal([
    'rate_limit_user',
    'rate_limit_shared',
    'rate_limit_global',
    'rate_limit_html',
    'server_error',
    'bad_gateway',
    'latency',
    'connection_reset',
    'not_applied',
    'gateway_duplicate',
    'gateway_drop',
  ]),
  /** How many requests or gateway events it affects. */
  count: z.int().min(1).max(1_000_000).default(1),
  method: z.literal(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
  /** Only requests whose path contains this; only gateway events with this in their name. */
  path: z.string().optional(),
  retry_after_seconds: z.number().min(0).max(600).default(1),
  delay_ms: z.int().min(0).max(60_000).default(1000),
});
export type Fault = z.infer<typeof faultSchema>;

/** Failures requested on the page or in a test. Not kept over a restart. */
export interface Faults {
  add(fault: Fault): void;
  list(): Fault[];
  clear(): void;
  /** The faults that affect this request; each hit counts. */
  takeForRequest(method: string, path: string): Fault[];
  takeForGateway(eventName: string): Fault[];
  /** Refusals (401, 403, 429) in the last ten minutes, which Discord answers with a ban above 10,000. */
  invalidRequests(): number;
  countInvalidRequest(): void;
}

const invalidWindowMs = 10 * 60 * 1000;

export function createFaults(hub: Hub, nowMs: () => number): Faults {
  let active: Fault[] = [];
  let invalidAtMs: number[] = [];

  function take(matches: (fault: Fault) => boolean): Fault[] {
    const hits = active.filter(matches);
    if (hits.length === 0) return [];
    active = active
      .map((fault) => (hits.includes(fault) ? { ...fault, count: fault.count - 1 } : fault))
      .filter((fault) => fault.count > 0);
    hub.change({ kind: 'faults' });
    return hits;
  }
  const isForGateway = (fault: Fault): boolean => fault.kind.startsWith('gateway_');

  return {
    add(fault) {
      active = [...active, fault];
      hub.note('fault', `fault panel: next ${fault.count} × ${fault.kind}`, { ...fault });
      hub.change({ kind: 'faults' });
    },
    list: () => [...active],
    clear() {
      active = [];
      hub.change({ kind: 'faults' });
    },
    takeForRequest: (method, path) =>
      take(
        (fault) =>
          !isForGateway(fault) &&
          (fault.method === undefined || fault.method === method) &&
          (fault.path === undefined || path.includes(fault.path)),
      ),
    takeForGateway: (eventName) =>
      take((fault) => isForGateway(fault) && (fault.path === undefined || eventName.includes(fault.path))),
    invalidRequests() {
      invalidAtMs = invalidAtMs.filter((at) => at > nowMs() - invalidWindowMs);
      return invalidAtMs.length;
    },
    countInvalidRequest() {
      invalidAtMs.push(nowMs());
    },
  };
}
