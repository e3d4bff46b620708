/** What a page is made of when it is opened, or read again, inside the running app. */
const pageData = /\/__data\.json$|\.html__data\.json$/;

/** What still fails then, though the site answers, has another reason. */
const triesMax = 5;

/**
 * A `fetch` that asks again for the data of a page when the network is away, once it is back. The router gives up on a
 * page whose data does not come, and leaves the running app for the browser's own error page: waiting, it stays.
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
        // A network that is away throws this; anything else is no reason to wait.
        if (isCalledOff || !(error instanceof TypeError) || tryCount === triesMax) throw error;
        await untilBack();
      }
    }
  };
}
