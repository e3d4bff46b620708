import { lineBreaks, spaces, textPatterns } from './text-patterns.ts';

/*
 * Presentable text: what a person or another program may choose to be shown to others. It cannot break out of its
 * line, hide, or turn the text around it. The database enforces the same rule (platform.find_text_problem); this one
 * says it in forms and over REST before anything is sent.
 */

/** Which text is presentable in a given place. Lengths count user-perceived characters. */
export interface TextRule {
  lengthMin: number;
  lengthMax: number;
  isMultiline: boolean;
}

export type TextProblem =
  | 'line_break'
  | 'control'
  | 'invisible'
  | 'empty'
  | 'stacked'
  | 'too_short'
  | 'too_long';

const space = new RegExp(`[${spaces}]`, 'gu');
const spaceRun = new RegExp(`[${spaces}]+`, 'gu');
const outerSpace = new RegExp(`^[${spaces}\\t${lineBreaks}]+|[${spaces}\\t${lineBreaks}]+$`, 'gu');
const lineBreak = new RegExp(`\\r\\n|[${lineBreaks}]`, 'gu');
const control = new RegExp(textPatterns.control, 'gu');
const invisible = new RegExp(textPatterns.invisible, 'gu');
const visible = new RegExp(textPatterns.visible, 'u');
const stacked = new RegExp(textPatterns.stacked, 'gu');
const character = new RegExp(textPatterns.character, 'gu');

/** A character may consist of several code points, but not of arbitrarily many. */
const codePointsPerCharacterMax = 4;

const isAscii = (text: string) => /^[ -~]*$/.test(text);
const countCodePoints = (text: string) => [...text].length;

/** User-perceived characters: a letter with its accents, a joined emoji and a flag count as one each. */
function splitCharacters(text: string): string[] {
  return text.match(character) ?? [];
}

/** The text with normalised and trimmed spaces; multi-line text keeps at most one empty line in a row. */
export function tidyText(text: string, isMultiline: boolean): string {
  const trimmed = text.replace(outerSpace, '');
  if (!isMultiline) return trimmed.replace(spaceRun, ' ');
  const lines = trimmed.replace(lineBreak, '\n').replaceAll('\t', ' ').replace(space, ' ');
  return lines.replace(/ +\n/g, '\n').replace(/\n{3,}/g, '\n\n');
}

/** Why a tidied text is not presentable; null if it is. */
export function findTextProblem(tidied: string, rule: TextRule): TextProblem | null {
  const { lengthMin, lengthMax, isMultiline } = rule;
  if (!isAscii(tidied)) {
    if ((isMultiline ? tidied.replaceAll('\n', '') : tidied).search(lineBreak) !== -1) return 'line_break';
    if (tidied.search(control) !== -1) return 'control';
    if (!tidied.isWellFormed() || tidied.search(invisible) !== -1) return 'invisible';
    if (tidied.search(stacked) !== -1) return 'stacked';
  }
  if (!visible.test(tidied)) return 'empty';
  const length = splitCharacters(tidied).length;
  if (length < lengthMin) return 'too_short';
  const isTooLong = length > lengthMax || countCodePoints(tidied) > codePointsPerCharacterMax * lengthMax;
  return isTooLong ? 'too_long' : null;
}

/** A sentence for the author, naming the field by its label: what is wrong, and what would be accepted. */
export function describeTextProblem(problem: TextProblem, label: string, rule: TextRule): string {
  switch (problem) {
    case 'line_break':
      return `The ${label} must be on a single line. Write it on one line.`;
    case 'control':
      return `The ${label} contains a control character. Type it instead of pasting it.`;
    case 'invisible':
      return `The ${label} contains an invisible character. Type it instead of pasting it.`;
    case 'stacked':
      return `The ${label} has more than four accents on one letter. Use fewer.`;
    case 'empty':
      return `The ${label} needs at least one visible character. Write something visible.`;
    case 'too_short':
      return `The ${label} needs at least ${rule.lengthMin} characters. Make it longer.`;
    case 'too_long':
      return `The ${label} can have at most ${rule.lengthMax} characters. Make it shorter.`;
  }
}

/** The text without invisible characters; repeated, because a joiner or a mark may lose its neighbour. */
function strip(text: string): string {
  const less = text.replace(control, '').replace(invisible, '').replace(stacked, '$1');
  return less === text ? text : strip(less);
}

/** As many leading characters as the rule allows. */
function cutCharacters(text: string, lengthMax: number): string {
  let codePointCount = 0;
  const kept = splitCharacters(text)
    .slice(0, lengthMax)
    .filter((one) => {
      codePointCount += countCodePoints(one);
      return codePointCount <= codePointsPerCharacterMax * lengthMax;
    });
  return kept.join('');
}

/**
 * The presentable part of a text that nobody can correct; empty if nothing is left. For names from other
 * systems.
 */
export function toPresentable(text: string, lengthMax: number, isMultiline = false): string {
  const storable = text.replace(/\p{Surrogate}/gu, '');
  const lines = storable.replace(lineBreak, isMultiline ? '\n' : ' ').replaceAll('\t', ' ');
  const cut = cutCharacters(tidyText(strip(lines), isMultiline), lengthMax);
  const kept = tidyText(strip(cut), isMultiline);
  return visible.test(kept) ? kept : '';
}
