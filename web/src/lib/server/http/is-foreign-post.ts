const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request that changes something was sent by another site. Browsers always state the origin of
 * such requests, so a missing one is foreign too.
 * @param ownOrigin the address the site is reached at, such as `https://arena.example`
 */
export function isForeignPost(request: Request, ownOrigin: string): boolean {
  return !safeMethods.has(request.method) && request.headers.get('origin') !== ownOrigin;
}
