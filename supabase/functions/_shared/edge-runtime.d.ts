/** What the hosted edge runtime offers beyond Deno. */
declare const EdgeRuntime: {
  /** Keeps the worker alive until the promise settles, even after the response was sent. */
  waitUntil(promise: Promise<unknown>): void;
};
