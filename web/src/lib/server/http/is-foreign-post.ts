const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether another site sent a request that changes something. Browsers always send the origin of such
 * requests, so a missing one is foreign too.
 * @param ownOrigin the origin of the site, such as `https://arena.example`
 */
export function isForeignPost(request: Request, ownOrigin: string): boolean {
  return !safeMethods.has(request.method) && request.headers.get('origin') !== ownOrigin;
}
