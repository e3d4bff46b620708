import type { SeedSize } from '../seed/seed-competition.ts';
import type { Environment } from './environment.ts';

/** Which kind of stack to start. */
export interface StackOptions {
  portOffset: number;
  dataDirectory: string;
  seed: SeedSize | 'none';
  hasTraffic: boolean;
  /** Start over: the data directory is emptied first. */
  isFresh?: boolean;
  /** Factor by which Auth's rate limits are raised, for tests that sign in many people from one address. */
  authRateFactor?: number;
  /** Processes restart when their source changes. */
  isWatching?: boolean;
  /** Variables of an Inngest server to use instead of the embedded engine. */
  externalEngine?: Environment | null;
  /** Receives one line per notable event. */
  print?: (line: string) => void;
  /** Aborts a start in progress. */
  signal?: AbortSignal;
}
