/** Whether Postgres can store the text: no NUL and no unpaired surrogate. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** The storable part of a text that nobody can correct. */
export function toStorable(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '');
}

/** A search input, trimmed and cut to the searchable length. */
export function toSearchText(text: string, lengthMax: number): string {
  return toStorable(text)
    .trim()
    .slice(0, lengthMax)
    .replace(/\p{Surrogate}/gu, '');
}
