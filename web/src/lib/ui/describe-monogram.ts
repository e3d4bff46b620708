/** Up to two letters for a name, and a hue in degrees that is stable for that name. */
export function describeMonogram(name: string): { letters: string; hue: number } {
  const words = name
    .trim()
    .split(/[\s._-]+/u)
    .filter(Boolean);
  const letters = words
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('');
  let hash = 0;
  for (const char of name) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 360;
  return { letters: letters.toUpperCase() || '?', hue: hash };
}
