// The library prints every error that it answers, with its stack. Rejected requests concern only the caller;
// the code that converts errors to responses prints what is worth a line.
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
