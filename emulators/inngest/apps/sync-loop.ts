import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../process/log.ts';

const firstRetryMs = 250;
/** Until the first success, because everything waits for it. */
const firstRetryMsMax = 500;
const retryMsMax = 5_000;
const intervalMs = 30_000;

interface SyncLoop {
  start(): void;
  /** Stops syncing and waits for a sync in progress, up to the given time. */
  stop(graceMs: number): Promise<void>;
}

/** Keeps each app synced: often until it is reachable, then every 30 s. */
export function createSyncLoop(
  urls: readonly string[],
  sync: (url: string) => Promise<void>,
  log: Log,
): SyncLoop {
  const stopped = new AbortController();
  let loops: Promise<void>[] = [];

  async function keepSynced(url: string): Promise<void> {
    let retryMs = firstRetryMs;
    let isKnownFailing = false;
    let hasBeenSynced = false;
    while (!stopped.signal.aborted) {
      let waitMs = intervalMs;
      try {
        await sync(url);
        hasBeenSynced = true;
        retryMs = firstRetryMs;
        isKnownFailing = false;
      } catch (error) {
        if (!isKnownFailing) log('info', 'An app could not be synced; trying until it can.', { url, error });
        isKnownFailing = true;
        waitMs = retryMs;
        retryMs = Math.min(retryMs * 2, hasBeenSynced ? retryMsMax : firstRetryMsMax);
      }
      await delay(waitMs, undefined, { signal: stopped.signal }).catch(() => {});
    }
  }

  return {
    start() {
      loops = urls.map(keepSynced);
    },
    async stop(graceMs) {
      stopped.abort();
      await Promise.race([Promise.all(loops), delay(graceMs, undefined, { ref: false })]);
    },
  };
}
