const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const signed = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2, signDisplay: 'exceptZero' });
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** `12345` → `12,345`. */
export const formatNumber = (value: number): string => whole.format(value);

/** `40` → `+40`, `-3` → `-3`, `0` → `0`. */
export const formatSigned = (value: number): string => signed.format(value);

/** `12345` → `12.3K`, for axes. */
export const formatCompact = (value: number): string => compact.format(value);

/** `940` → `940`, `12345` → `12.3K`: how many places somebody moved, where there is little room. */
export const formatPlaces = (value: number): string =>
  value < 1000 ? formatNumber(value) : formatCompact(value);
