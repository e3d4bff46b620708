/** How often the elapsed time is checked; a sleeping machine may delay it. */
const lookMs = 30_000;

/**
 * Requests something at a fixed interval while the page is visible, and at once if it becomes visible after
 * the interval has passed. Stops when the returned function is called.
 * @param tab whether the page is visible: the document
 */
export function requestRegularly(
  request: () => void,
  everyMs: number,
  tab: Document | EventTarget = document,
): () => void {
  let askedAtMs = Date.now();
  const look = (): void => {
    const isHidden = 'visibilityState' in tab && tab.visibilityState === 'hidden';
    if (isHidden || Date.now() - askedAtMs < everyMs) return;
    askedAtMs = Date.now();
    request();
  };
  const timer = setInterval(look, Math.min(lookMs, everyMs));
  tab.addEventListener('visibilitychange', look);
  return () => {
    clearInterval(timer);
    tab.removeEventListener('visibilitychange', look);
  };
}
