/**
 * A local path to redirect to, taken from a form or link; anything else becomes `fallback`. Prevents open
 * redirects after sign-in.
 */
export function localPath(value: FormDataEntryValue | string | null, fallback: string): string {
  if (typeof value !== 'string' || !value.startsWith('/')) return fallback;
  const path = parseLocalPath(value);
  // Once its dots are resolved, `/.//elsewhere` is the URL of another site.
  return path !== null && parseLocalPath(path) === path ? path : fallback;
}

function parseLocalPath(value: string): string | null {
  const base = 'https://site.invalid';
  if (!URL.canParse(value, base)) return null;
  const url = new URL(value, base);
  return url.origin === base ? url.pathname + url.search + url.hash : null;
}
