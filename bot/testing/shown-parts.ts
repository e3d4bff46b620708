/* Reads a message without knowing how it was built: user text is isolated or quoted, and the rest is ours. */

function* walk(value: unknown): Generator<Record<string, unknown>> {
  if (Array.isArray(value)) for (const item of value) yield* walk(item);
  else if (typeof value === 'object' && value !== null) {
    const record: Record<string, unknown> = { ...value };
    yield record;
    for (const item of Object.values(record)) yield* walk(item);
  }
}

const pick = (body: unknown, keys: readonly string[]) =>
  [...walk(body)].flatMap((part) =>
    keys.flatMap((key) => (typeof part[key] === 'string' ? [part[key]] : [])),
  );

/** Texts that Discord formats, and texts that it renders literally. */
export function listTexts(body: unknown): { formatted: string[]; plain: string[] } {
  const formatted = pick(body, ['content']);
  return { formatted, plain: pick(body, ['label', 'name', 'title', 'description', 'placeholder']) };
}

/** A message without user text; our own text must not depend on it. */
export function removeChosenText(text: string): string {
  return text
    .replace(/\u2068[^\u2069]*\u2069/g, '⟨text⟩')
    .replace(/^(?:> .*\n?)+/gm, '⟨quote⟩\n')
    .replace(/```\n[\s\S]*?\n```/g, (block) => block.replace(/ +/g, ' '))
    .trim();
}

/** The user text inside a formatted text; in code, only isolated parts. */
export function listChosenTexts(text: string): { escaped: string[]; code: string[] } {
  const blocks = text.match(/```\n[\s\S]*?\n```/g) ?? [];
  const rest = text.replace(/```\n[\s\S]*?\n```/g, '');
  const isolated = (part: string) => part.match(/(?<=\u2068)[^\u2069]*(?=\u2069)/g) ?? [];
  const quoted = rest.match(/(?<=^> ).*$/gm) ?? [];
  return { escaped: [...isolated(rest), ...quoted], code: blocks.flatMap(isolated) };
}

/** Everything in an escaped text that Discord would still interpret. */
export function findLiveMarkup(escaped: string): string[] {
  // Discord renders the character after a backslash literally, unless it is a letter, a digit or a space.
  const bare = escaped.replace(/\\[^A-Za-z0-9\s]/g, 'x');
  return bare.match(/[\\*_~`|[\]<@]|:\/\/|\b(?:www|discord)\.|^\s*(?:[>#+-]|\d+[.)])/gi) ?? [];
}
