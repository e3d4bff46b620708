import { isolate, splitIsolated } from '#domain/platform/text/isolate.ts';
import { toPresentable } from '#domain/platform/text/presentable-text.ts';

/*
 * The only way for user-chosen text into a Discord message: kept on its line and in its own direction,
 * without formatting, links or mentions, and cut between characters. It assumes no earlier validation.
 */

const ellipsis = '…';
/** A stand-in if nothing is left of a text, so no sentence has a gap. */
const nothing = '—';

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

const splitCharacters = (text: string) => [...characters.segment(text)].map(({ segment }) => segment);

/** Patterns that Discord turns into links without any brackets. */
const linkStart = /:(?=\/\/)|(?<=\b(?:www|discord|discordapp|dsc))\./giu;
/** Prefixes that turn a line into a heading, quote, list item or subtext. */
const lineStart = /^(\s*\d*)([>#+.)-])/gmu;

/** Makes text render literally: no formatting, links or mentions. */
export function escapeMarkdown(text: string): string {
  const inline = text.replace(/[\\*_~`|[\]<@]/gu, '\\$&').replace(linkStart, '\\$&');
  return inline.replace(lineStart, '$1\\$2');
}

/** A sufficient prefix of a text; characters that are not shown also take up room in it. */
function presentStart(text: string, lengthMax: number, isMultiline = false): string {
  return toPresentable(text.slice(0, 8 * lengthMax), 8 * lengthMax, isMultiline);
}

/** As many whole characters as fit once escaped, with an ellipsis if some do not. */
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
 * Text inside a line or sentence of a message: escaped, and isolated so the surrounding text keeps its order.
 * @param lengthMax how much of the message it may take, escapes included
 * @param charactersMax how many characters a reader may see
 */
export function showText(text: string, lengthMax: number, charactersMax = lengthMax): string {
  const line = presentStart(text, lengthMax) || nothing;
  return cutToFit(line, { lengthMax, charactersMax }, (part) => isolate(escapeMarkdown(part)));
}

/** How much of a message a name may take: most names fit whole, and none fills a page. */
const nameCharactersMax = 40;
const nameLengthMax = 120;

/** The name of a player inside a line or sentence. */
export function showName(name: string, charactersMax = nameCharactersMax): string {
  return showText(name, nameLengthMax, charactersMax);
}

/** Text where Discord supports no formatting: the label of a button, a suggestion, a table cell. */
export function showPlainText(text: string, lengthMax: number, charactersMax = lengthMax): string {
  const line = presentStart(text, lengthMax) || nothing;
  return cutToFit(line, { lengthMax, charactersMax }, isolate);
}

/**
 * A sentence that may contain isolated names, such as a refusal; all of it renders literally.
 * @param show how a name is shown where there is little room
 */
export function showSentence(
  sentence: string,
  show: (name: string) => string = (name) => showName(name),
): string {
  return splitIsolated(sentence)
    .map(({ text, isIsolated }) =>
      isIsolated ? show(text) : escapeMarkdown(text.replace(/[\p{Bidi_Control}\s]+/gu, ' ')),
    )
    .join('');
}

/** The visible part of text written by showPlainText, without isolation marks. */
export function countShownCharacters(text: string): number {
  return splitCharacters(text.replace(/[\u2068\u2069]/g, '')).length;
}

/** Text on lines of its own, as a quote of at most `lengthMax` characters, marks included. */
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
