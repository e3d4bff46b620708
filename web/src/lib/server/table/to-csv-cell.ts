/** What a spreadsheet would run as a formula. */
const formula = /^[=+\-@\t\r]/;

/**
 * One cell of a CSV file (RFC 4180). Text that people entered and that a spreadsheet would run as a formula is preceded
 * by an apostrophe; numbers are left as they are.
 */
export function toCsvCell(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
