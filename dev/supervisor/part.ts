/** One process of the stack, as the supervisor needs it. It prints a line "ready" when it can be used. */
export interface Part {
  name: string;
  command: readonly string[];
  environment: Record<string, string>;
  directory: string;
  /** Whether a line of its output is also shown on the terminal; its log gets every line. */
  isWarning: (line: string) => boolean;
}
