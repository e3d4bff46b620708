import { z } from 'zod';
import type { FunctionRig } from './start-function-rig.ts';

const requestCount = 1_000;
const world = z.object({ faults: z.array(z.object({ count: z.number() })) });

/** Makes Discord fail for some requests until the outage ends, and counts those requests. */
export async function startOutage(rig: FunctionRig, requests: { method: string; path: string }) {
  const { control } = rig.sandbox;
  await control('POST', 'faults', { kind: 'server_error', count: requestCount, ...requests });
  return {
    async countRequests(): Promise<number> {
      const { body } = await control('GET', 'state');
      return requestCount - (world.parse(body).faults[0]?.count ?? 0);
    },
    async end(): Promise<void> {
      await control('DELETE', 'faults');
    },
  };
}
