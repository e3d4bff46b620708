import { z } from 'zod';
import type { FunctionRig } from './start-function-rig.ts';

const requestCount = 1_000;
const world = z.object({ faults: z.array(z.object({ count: z.number() })) });

/** A Discord that fails for some requests until it is mended, and the number of those that came. */
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
