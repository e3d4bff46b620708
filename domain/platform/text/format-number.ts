const plain = { maximumFractionDigits: 2 };
const english = new Intl.NumberFormat('en-US', plain);
const signed = new Intl.NumberFormat('en-US', { ...plain, signDisplay: 'exceptZero' });
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** `12345` → `12,345`, in the reader's locale; unknown locales fall back to English. */
export function formatNumber(value: number, locale?: string): string {
  if (locale === undefined) return english.format(value);
  try {
    return new Intl.NumberFormat(locale, plain).format(value);
  } catch {
    return english.format(value);
  }
}

/** `40` → `+40`, `-3` → `-3`, `0` → `0`. */
export const formatSigned = (value: number): string => signed.format(value);

/** `12345` → `12.3K`, for axes. */
export const formatCompact = (value: number): string => compact.format(value);

/** `940` → `940`, `12345` → `12.3K`: how many places a player moved, in compact form. */
export const formatPlaces = (value: number): string =>
  value < 1000 ? formatNumber(value) : formatCompact(value);
