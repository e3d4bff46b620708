const firstPauseMs = 500;
const longestPauseMs = 10_000;

/** Whether this page reaches the site. The browser is asked only for hints: it knows the cable, not the way. */
class Connection {
  #isLost = $state(false);
  #returning: Promise<void> | null = null;

  /** True from the first request that did not arrive until one has arrived again. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Asks until the site answers. However many wait for that, one of them asks. */
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

/** The page's one connection to the site that it came from. Only for the browser. */
export const connection = new Connection();

async function isAnswered(): Promise<boolean> {
  try {
    await fetch('/healthz', { method: 'HEAD', cache: 'no-store' });
    return true;
  } catch {
    return false;
  }
}

/** Ends early when the browser sees a network again. */
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
