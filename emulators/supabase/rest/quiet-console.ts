// The library prints every error that it answers, with its stack. Refused requests are the caller's business alone;
// what is worth a line is printed by the code that turns errors into answers.
const unprinted = new WeakSet<object>();
const unprintedText = 'Introspection failed:';
let isQuiet = false;

/** Keeps an error from being printed by `console.error`. */
export function keepUnprinted(error: object): void {
  if (!isQuiet) {
    isQuiet = true;
    const print = console.error.bind(console);
    console.error = (...values: unknown[]) => {
      if (!isUnprinted(values[0])) print(...values);
    };
  }
  unprinted.add(error);
}

function isUnprinted(value: unknown): boolean {
  return value === unprintedText || (typeof value === 'object' && value !== null && unprinted.has(value));
}
