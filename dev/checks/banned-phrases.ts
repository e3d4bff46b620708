/** A phrase that docs/style.md rules out, and what to write instead. */
interface BannedPhrase {
  pattern: RegExp;
  instead: string;
}

const verbs = 'is|are|has|have|had|was|does|cannot|must|will|leaves|left|comes|came|hid|joins|reads';

/** Kept short: each entry has occurred here, and none matches a sentence that a native reader would write. */
export const bannedPhrases: readonly BannedPhrase[] = [
  { pattern: /\banew\b/i, instead: 'again, from scratch, a new …' },
  { pattern: /\bin a circle\b/i, instead: 'deadlock, or rotate' },
  { pattern: /\b(woken|wakes) up\b/i, instead: 'hydrated, notified, resumed' },
  { pattern: /\bgone on with\b/i, instead: 'continued' },
  { pattern: /\bas far as it matters\b/i, instead: 'the rule that decides what matters' },
  { pattern: /\bsays of\b/i, instead: 'states, describes, lists, reports' },
  { pattern: /(^|[.;:] )Whoever\b/, instead: 'a noun: players who …, anyone who …' },
  {
    pattern: new RegExp(`\\b(of|to|for|by|on|from) who (${verbs})\\b`),
    instead: 'a noun: players who …',
  },
  { pattern: new RegExp(`(^|[^?] )Who (${verbs})\\b[^?]*[.:;]$`), instead: 'a noun: players who …' },
  {
    pattern: /(^|[.;:] )(Is|Are|Was|Has) (there|the|it|nobody)\b[^?.]*,/,
    instead: 'a condition that begins with "if"',
  },
];
