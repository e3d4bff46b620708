/** The external addresses a page may connect to. All are origins or URLs; only the origin is used. */
export interface OutsideAddresses {
  supabaseUrl: string;
  discordUrl: string;
  webUrl: string;
}

/** Directives of the content security policy that depend on the deployment. */
export function describeOutsidePolicy({ supabaseUrl, discordUrl, webUrl }: OutsideAddresses): string {
  const supabase = new URL(supabaseUrl).origin;
  const discord = new URL(discordUrl).origin;
  const socket = supabase.replace(/^http/, 'ws');
  return [
    `connect-src 'self' ${supabase} ${socket}`,
    `img-src 'self' data: https://cdn.discordapp.com ${discord}`,
    // Chromium applies this to redirects after a form post too, and sign-in ends at Discord.
    `form-action 'self' ${supabase} ${discord}`,
    ...(webUrl.startsWith('https:') ? ['upgrade-insecure-requests'] : []),
  ].join('; ');
}

/** Adds security headers to a response; an existing policy with nonces is kept and extended. */
export function addSecurityHeaders(headers: Headers, addresses: OutsideAddresses): void {
  const page = headers.get('content-security-policy');
  if (page) headers.set('content-security-policy', `${page}; ${describeOutsidePolicy(addresses)}`);
  headers.set('x-content-type-options', 'nosniff');
  headers.set('x-frame-options', 'DENY');
  headers.set('referrer-policy', 'strict-origin-when-cross-origin');
  headers.set('cross-origin-opener-policy', 'same-origin');
  headers.set('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
  if (addresses.webUrl.startsWith('https:')) {
    headers.set('strict-transport-security', 'max-age=31536000; includeSubDomains');
  }
  if (headers.get('content-type')?.startsWith('text/html') && !headers.has('cache-control')) {
    headers.set('cache-control', 'private, no-cache');
  }
}
