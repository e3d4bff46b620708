/** Whether Postgres can hold the text: no NUL, no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** What Postgres can hold of a text that nobody is asked to correct. */
export function toStorable(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '');
}

/** What somebody typed to find something, trimmed and cut to what is searched. */
export function toSearchText(text: string, lengthMax: number): string {
  return toStorable(text)
    .trim()
    .slice(0, lengthMax)
    .replace(/\p{Surrogate}/gu, '');
}
