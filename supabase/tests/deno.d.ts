/** The parts of Deno's global that edge functions use, for tests that run them in Node. */
declare const Deno: { env: { get(name: string): string | undefined } };
