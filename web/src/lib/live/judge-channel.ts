/** `idle` until the page is hydrated and for what never changes; `lost` while reconnecting. */
export type ChannelState = 'idle' | 'connecting' | 'live' | 'lost';

/**
 * Turns the statuses that the client library reports for one channel into its state. The library tries again by
 * itself, so a channel that was never live is still connecting after one failure, and lost after the second.
 */
export function createChannelJudge(): (status: string) => ChannelState {
  let wasLive = false;
  let failureCount = 0;
  return (status) => {
    if (status === 'SUBSCRIBED') {
      wasLive = true;
      return 'live';
    }
    failureCount += 1;
    return wasLive || failureCount > 1 ? 'lost' : 'connecting';
  };
}
