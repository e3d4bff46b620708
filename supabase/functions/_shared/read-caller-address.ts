import { z } from 'zod';
import { readEnvironment } from './environment.ts';

const environment = { XFF_DEPTH: z.coerce.number().int().min(1).default(1) };

/**
 * The address that a request came from, as the outermost proxy of ours saw it. Each proxy appends whom it was called by,
 * so what stands further to the front was written by the caller.
 */
export function readCallerAddress(headers: Headers): string {
  const { XFF_DEPTH: depth } = readEnvironment(environment);
  const address = headers.get('x-forwarded-for')?.split(',').at(-depth)?.trim() || 'unknown';
  return address.slice(0, 64);
}
