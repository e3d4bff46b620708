/*
 * The character classes of presentable text, as parts of regular expressions. SQL has the same ranges in
 * platform.find_text_problem, and a test compares both over every character. Ranges are used because Unicode
 * classes differ between the versions that Postgres and this process know.
 */

/** Spaces of any width. */
export const spaces = '\\u0020\\u00A0\\u1680\\u2000-\\u200A\\u202F\\u205F\\u3000';

/** Line terminators, wherever text is shown. */
export const lineBreaks = '\\n\\r\\u000B\\u000C\\u0085\\u2028\\u2029';

/** Joiners. They are meaningful in emoji and some scripts, and invisible anywhere else. */
const joiners = '\\u200C\\u200D';

/** Arabic, Indic and related scripts, and emoji, which use joiners. */
const joined = '\\u0600-\\u0DFF\\u1000-\\u109F\\u1780-\\u18AF\\u2190-\\u2BFF\\u{1F000}-\\u{1FAFF}';

/** Variation selectors; each kind is valid after few characters only. */
const emojiSelectors = '\\uFE0E\\uFE0F';
const emojiBases = '\\u00A9\\u00AE\\u203C-\\u3299\\u{1F000}-\\u{1FAFF}';
const hanSelectors = '\\uFE00-\\uFE02\\u{E0100}-\\u{E01EF}';
const hanBases = '\\u3400-\\u9FFF\\uF900-\\uFAFF\\u{20000}-\\u{3FFFF}';
const mongolianSelectors = '\\u180B-\\u180D\\u180F';
const mongolianBases = '\\u1820-\\u18AA';

/** Characters that are invisible, change direction, or have no meaning. */
const invisible = [
  '\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180E\\u200B\\u200E\\u200F\\u202A-\\u202E\\u2060-\\u206F',
  '\\u2800\\u3164\\uFE03-\\uFE0D\\uFEFF\\uFFA0\\uFFF0-\\uFFFC\\uFFFE\\uFFFF\\uE000-\\uF8FF\\uFDD0-\\uFDEF',
  '\\u{13430}-\\u{1345F}\\u{1BCA0}-\\u{1BCA3}\\u{1D173}-\\u{1D17A}',
  '\\u{E0000}-\\u{E00FF}\\u{E01F0}-\\u{10FFFF}',
].join('');

/** Combining marks; many on one character overlap neighbouring lines. */
const marks = [
  '\\u0300-\\u036F\\u0483-\\u0489\\u0591-\\u05BD\\u05BF\\u05C1\\u05C2\\u05C4\\u05C5\\u05C7\\u0610-\\u061A\\u064B-\\u065F',
  '\\u0670\\u06D6-\\u06DC\\u06DF-\\u06E4\\u06E7\\u06E8\\u06EA-\\u06ED\\u0E31\\u0E34-\\u0E3A\\u0E47-\\u0E4E',
  '\\u0F71-\\u0F84\\u0F8D-\\u0FBC\\u1AB0-\\u1AFF\\u1DC0-\\u1DFF\\u20D0-\\u20FF\\u302A-\\u302D\\u3099\\u309A\\uFE20-\\uFE2F',
].join('');

const skinTones = '\\u{1F3FB}-\\u{1F3FF}';
const flagLetters = '\\u{1F1E6}-\\u{1F1FF}';

const extenders = `[${joiners}${emojiSelectors}${hanSelectors}${mongolianSelectors}${marks}${skinTones}]`;

export const textPatterns = {
  control: '[\\u0000-\\u0009\\u000E-\\u001F\\u007F-\\u0084\\u0086-\\u009F]',
  invisible: [
    `[${invisible}]`,
    `(?<![${joined}${emojiSelectors}])[${joiners}]`,
    `[${joiners}](?![${joined}])`,
    `(?<![${emojiBases}#*0-9])[${emojiSelectors}]`,
    `(?<=[#*0-9])[${emojiSelectors}](?!\\u20E3)`,
    `(?<![${hanBases}])[${hanSelectors}]`,
    `(?<![${mongolianBases}])[${mongolianSelectors}]`,
  ].join('|'),
  /** More marks on one character than any language uses, after the allowed ones. */
  stacked: `((?:[${marks}][${joiners}]?){4})(?:[${marks}][${joiners}]?)+`,
  visible: `[^${spaces}\\t${lineBreaks}${joiners}${emojiSelectors}${hanSelectors}${mongolianSelectors}${marks}]`,
  /** One user-perceived character: a letter with its accents, a joined emoji, a flag. */
  character: `(?:[${flagLetters}]{2}|[\\s\\S])(?:\\u200D[${joined}]|${extenders})*`,
};
