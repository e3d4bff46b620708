/**
 * Calls `stop` once when the process is asked to end: by a signal or, with LOCAL_END_WITH_STDIN=yes, when its
 * standard input closes because the parent died.
 */
export function onEndRequested(stop: () => void): void {
  let isAsked = false;
  const ask = (): void => {
    if (isAsked) return;
    isAsked = true;
    stop();
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, ask);
  if (process.env.LOCAL_END_WITH_STDIN === 'yes') process.stdin.on('end', ask).on('error', ask).resume();
}
