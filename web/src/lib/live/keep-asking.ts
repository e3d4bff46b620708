/** The data requests of a page when it is opened or reloaded inside the running app. */
const pageData = /\/__data\.json$|\.html__data\.json$/;

/** Failures after that have another reason, since the site answers. */
const triesMax = 5;

/**
 * A `fetch` that retries a page's data request once the network is back. The router would otherwise leave the
 * running app for the browser's error page.
 */
export function keepAsking(send: typeof fetch, untilBack: () => Promise<void>): typeof fetch {
  return async (input, init) => {
    const request = input instanceof Request ? input : null;
    const url = new URL(request ? request.url : String(input), location.href);
    const isPageData =
      url.origin === location.origin &&
      pageData.test(url.pathname) &&
      (init?.method ?? request?.method ?? 'GET') === 'GET';
    if (!isPageData) return send(input, init);
    for (let tryCount = 1; ; tryCount += 1) {
      try {
        return await send(input, init);
      } catch (error) {
        const isCalledOff = (init?.signal ?? request?.signal)?.aborted;
        // A network failure throws this; other errors are not retried.
        if (isCalledOff || !(error instanceof TypeError) || tryCount === triesMax) throw error;
        await untilBack();
      }
    }
  };
}
