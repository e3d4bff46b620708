/** What edge functions use of Deno's global, for the tests that run them in Node. */
declare const Deno: { env: { get(name: string): string | undefined } };
