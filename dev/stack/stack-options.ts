import type { SeedSize } from '../seed/seed-competition.ts';
import type { Environment } from './environment.ts';

/** What kind of stack to start. */
export interface StackOptions {
  portOffset: number;
  dataDirectory: string;
  seed: SeedSize | 'none';
  hasTraffic: boolean;
  /** Start over: everything in the data directory is removed first. */
  isFresh?: boolean;
  /** By how much the rate limits of Auth are raised, for tests that sign in as many people from one address. */
  authRateFactor?: number;
  /** Parts start again when their source changes. */
  isWatching?: boolean;
  /** Variables of an Inngest server to use instead of the embedded engine. */
  externalEngine?: Environment | null;
  /** Gets one line per thing worth knowing. */
  print?: (line: string) => void;
  /** Ends a start that is under way. */
  signal?: AbortSignal;
}
