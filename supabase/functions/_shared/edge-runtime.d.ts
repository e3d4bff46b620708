/** What the hosted edge runtime offers beyond Deno. */
declare const EdgeRuntime: {
  /** Keeps the worker alive until the promise settles, after the answer was sent. */
  waitUntil(promise: Promise<unknown>): void;
};
