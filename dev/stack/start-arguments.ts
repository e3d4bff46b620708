import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { StackOptions } from './stack-options.ts';

const defaultDataDirectory = path.join(import.meta.dirname, '../../.local/stack');
const offsetText = z.string().regex(/^\d{1,5}$/, '--port-offset takes a whole number, for example 1000.');
const seedName = z.enum(['believable', 'small', 'none']);

/** Parses the command line of `npm start`. Throws one sentence about arguments it does not understand. */
export function readStartArguments(
  args: readonly string[],
): Pick<StackOptions, 'portOffset' | 'dataDirectory' | 'hasTraffic' | 'isFresh' | 'seed'> {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: {
      fresh: { type: 'boolean', default: false },
      'port-offset': { type: 'string', default: '0' },
      'no-traffic': { type: 'boolean', default: false },
      'data-dir': { type: 'string' },
      seed: { type: 'string', default: 'believable' },
    },
  });
  const offset = offsetText.safeParse(values['port-offset']);
  if (!offset.success) throw new Error(offset.error.issues[0]?.message);
  const seed = seedName.safeParse(values.seed);
  if (!seed.success) throw new Error('--seed takes believable, small or none.');
  const portOffset = Number(offset.data);
  const besides = portOffset === 0 ? '' : `-${portOffset}`;
  return {
    portOffset,
    dataDirectory: path.resolve(values['data-dir'] ?? `${defaultDataDirectory}${besides}`),
    hasTraffic: !values['no-traffic'],
    isFresh: values.fresh,
    seed: seed.data,
  };
}
