import { isolate, splitIsolated } from '#domain/platform/text/isolate.ts';
import { toPresentable } from '#domain/platform/text/presentable-text.ts';

/*
 * The one way in which text that people chose gets into what Discord shows: on its line, in its own direction, without
 * formatting, links or mentions, and cut between characters. Nothing here trusts that it was checked before.
 */

const ellipsis = '…';
/** Where nothing is left of a text, so that no sentence has a hole. */
const nothing = '—';

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

const splitCharacters = (text: string) => [...characters.segment(text)].map(({ segment }) => segment);

/** What Discord makes a link of by itself, without any brackets around it. */
const linkStart = /:(?=\/\/)|(?<=\b(?:www|discord|discordapp|dsc))\./giu;
/** What makes a line a heading, a quotation, an item or small print. */
const lineStart = /^(\s*\d*)([>#+.)-])/gmu;

/** Makes text show as it was written: no formatting, links or mentions. */
export function escapeMarkdown(text: string): string {
  const inline = text.replace(/[\\*_~`|[\]<@]/gu, '\\$&').replace(linkStart, '\\$&');
  return inline.replace(lineStart, '$1\\$2');
}

/** As much of a text as can be needed: characters that are not shown take room in what is looked at. */
function presentStart(text: string, lengthMax: number, isMultiline = false): string {
  return toPresentable(text.slice(0, 8 * lengthMax), 8 * lengthMax, isMultiline);
}

/** As many whole characters as still fit, once written, with an ellipsis when some do not. */
function cutToFit(
  text: string,
  limits: { lengthMax: number; charactersMax: number },
  write: (part: string) => string,
): string {
  const all = splitCharacters(text);
  if (all.length <= limits.charactersMax && write(text).length <= limits.lengthMax) return write(text);
  const fits = (count: number) =>
    write(`${all.slice(0, count).join('').trimEnd()}${ellipsis}`).length <= limits.lengthMax;
  let fewest = 0;
  let most = Math.min(all.length, limits.charactersMax) - 1;
  while (fewest < most) {
    const middle = Math.ceil((fewest + most) / 2);
    if (fits(middle)) fewest = middle;
    else most = middle - 1;
  }
  return write(`${all.slice(0, fewest).join('').trimEnd()}${ellipsis}`);
}

/**
 * Text for the inside of a line or sentence of a message: escaped, and isolated so that what is around it keeps its
 * order.
 * @param lengthMax how much of the message it may take, escapes included
 * @param charactersMax how many characters a reader may see
 */
export function showText(text: string, lengthMax: number, charactersMax = lengthMax): string {
  const line = presentStart(text, lengthMax) || nothing;
  return cutToFit(line, { lengthMax, charactersMax }, (part) => isolate(escapeMarkdown(part)));
}

/** How much of a message a name may take: most of them are read whole, and none fills a page. */
const nameCharactersMax = 40;
const nameLengthMax = 120;

/** The name of a player in a line or sentence. */
export function showName(name: string, charactersMax = nameCharactersMax): string {
  return showText(name, nameLengthMax, charactersMax);
}

/** Text where Discord knows no formatting: the label of a button, a suggestion, a cell of a table. */
export function showPlainText(text: string, lengthMax: number, charactersMax = lengthMax): string {
  const line = presentStart(text, lengthMax) || nothing;
  return cutToFit(line, { lengthMax, charactersMax }, isolate);
}

/** A sentence that may hold isolated names, such as that of a refusal: all of it shows as it was written. */
export function showSentence(sentence: string): string {
  return splitIsolated(sentence)
    .map(({ text, isIsolated }) =>
      isIsolated ? showName(text) : escapeMarkdown(text.replace(/[\p{Bidi_Control}\s]+/gu, ' ')),
    )
    .join('');
}

/** What a reader sees of text that was written by showPlainText: isolation is not seen. */
export function countShownCharacters(text: string): number {
  return splitCharacters(text.replace(/[\u2068\u2069]/g, '')).length;
}

/** Text that has its lines to itself, as a quotation of at most `lengthMax` characters, its marks included. */
export function quoteText(text: string, lengthMax: number): string {
  const lines = presentStart(text, lengthMax, true).replace(/\n[\n ]*/g, '\n') || nothing;
  const charactersMax = lengthMax;
  return cutToFit(lines, { lengthMax, charactersMax }, (part) =>
    part
      .split('\n')
      .map((line) => `> ${escapeMarkdown(line)}`)
      .join('\n'),
  );
}
