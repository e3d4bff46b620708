/** How often it is looked whether the time has come; a sleeping machine may make it later. */
const lookMs = 30_000;

/**
 * Asks for something each time so long has passed, while somebody can see the page; at once when it comes into sight
 * later than that. Ends when the returned function is called.
 * @param tab whether the page is in sight: the document
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
  const timer = setInterval(look, lookMs);
  tab.addEventListener('visibilitychange', look);
  return () => {
    clearInterval(timer);
    tab.removeEventListener('visibilitychange', look);
  };
}
