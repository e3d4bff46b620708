const firstPauseMs = 500;
const longestPauseMs = 10_000;

/**
 * Whether this page can reach the site. The browser's own state is only a hint: it knows the network
 * interface, not the route.
 */
class Connection {
  #isLost = $state(false);
  #returning: Promise<void> | null = null;

  /** True from the first failed request until one succeeds again. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Polls until the site answers. Concurrent callers share one poll. */
  untilBack(): Promise<void> {
    this.#returning ??= this.#askUntilAnswered();
    return this.#returning;
  }

  async #askUntilAnswered(): Promise<void> {
    let pauseMs = firstPauseMs;
    while (!(await isAnswered())) {
      this.#isLost = true;
      await pause(pauseMs);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
    this.#returning = null;
    this.#isLost = false;
  }
}

/** The page's single connection state. Browser only. */
export const connection = new Connection();

async function isAnswered(): Promise<boolean> {
  try {
    await fetch('/healthz', { method: 'HEAD', cache: 'no-store' });
    return true;
  } catch {
    return false;
  }
}

/** Ends early if the browser reports a network again. */
function pause(lengthMs: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      removeEventListener('online', end);
      resolve();
    };
    const timer = setTimeout(end, lengthMs);
    addEventListener('online', end);
  });
}
