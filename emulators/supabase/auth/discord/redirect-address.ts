import type { Settings } from '../../settings.ts';

/** The address to return to: the requested one if allowed, otherwise the site's own. */
export function chooseRedirect(settings: Settings, asked: string | null | undefined): string {
  return asked && isAllowedRedirect(settings, asked) ? asked : settings.siteUrl;
}

/**
 * Whether sign-in may return to this address: it is on the site itself, or matches a pattern of the allow
 * list.
 */
export function isAllowedRedirect(settings: Settings, address: string): boolean {
  const url = parseHttpUrl(address);
  if (url?.username !== '' || url.password !== '') return false;
  if (url.origin === parseHttpUrl(settings.siteUrl)?.origin) return true;
  const [withoutFragment = ''] = address.split('#');
  return settings.redirectUrls.some((pattern) => toRegExp(pattern).test(withoutFragment));
}

/** Adds an error's reason to an address, in the query and, for older clients, in the fragment too. */
export function addErrorToRedirect(
  address: string,
  { error, code, description }: { error: string; code: string | null; description: string },
): string {
  const url = new URL(address);
  const fragment = new URLSearchParams();
  const reasons = { error, ...(code === null ? {} : { error_code: code }), error_description: description };
  for (const [name, value] of Object.entries(reasons)) {
    url.searchParams.set(name, value);
    fragment.set(name, value);
  }
  fragment.set('sb', '');
  url.hash = fragment.toString();
  return url.toString();
}

function parseHttpUrl(address: string): URL | null {
  const url = URL.parse(address);
  return url && /^https?:$/.test(url.protocol) ? url : null;
}

// As hosted: `*` stops at a dot or slash, `**` matches anything, `?` is one character that is neither.
function toRegExp(pattern: string): RegExp {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*\*|\*|\?/g, (wildcard) => {
    if (wildcard === '**') return '.*';
    return wildcard === '*' ? '[^./]*' : '[^./]';
  });
  return new RegExp(`^${source}$`);
}
