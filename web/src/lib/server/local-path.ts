/**
 * A path on this site to go to next, taken from a form or link; anything else becomes `fallback`.
 * Keeps a crafted link from sending people elsewhere after they signed in.
 */
export function localPath(value: FormDataEntryValue | string | null, fallback: string): string {
  if (typeof value !== 'string' || !value.startsWith('/')) return fallback;
  const base = 'https://site.invalid';
  if (!URL.canParse(value, base)) return fallback;
  const url = new URL(value, base);
  return url.origin === base ? url.pathname + url.search + url.hash : fallback;
}
