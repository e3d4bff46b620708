/** User text inside a sentence: whatever its direction, the surrounding text keeps its order. */
export function isolate(text: string): string {
  return `\u2068${text}\u2069`;
}

/** The parts of a sentence, for surfaces with their own way to isolate. */
export function splitIsolated(sentence: string): { text: string; isIsolated: boolean }[] {
  return sentence
    .split(/(\u2068[^\u2068\u2069]*\u2069)/)
    .filter((part) => part !== '')
    .map((part) => {
      const isIsolated = part.startsWith('\u2068');
      return { text: isIsolated ? part.slice(1, -1) : part, isIsolated };
    });
}
