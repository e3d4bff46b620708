/**
 * A path on this site to go to next, taken from a form or link; anything else becomes `fallback`.
 * Keeps a crafted link from sending people elsewhere after they signed in.
 */
export function localPath(value: FormDataEntryValue | string | null, fallback: string): string {
  if (typeof value !== 'string' || !value.startsWith('/')) return fallback;
  const path = parseLocalPath(value);
  // What is left of `/.//elsewhere` once its dots are resolved is the address of another site.
  return path !== null && parseLocalPath(path) === path ? path : fallback;
}

function parseLocalPath(value: string): string | null {
  const base = 'https://site.invalid';
  if (!URL.canParse(value, base)) return null;
  const url = new URL(value, base);
  return url.origin === base ? url.pathname + url.search + url.hash : null;
}
