/** One process of the stack, as the supervisor needs to know it. It prints a line "ready" when it can be used. */
export interface Part {
  name: string;
  command: readonly string[];
  environment: Record<string, string>;
  directory: string;
  /** Whether a line of its output deserves the terminal; everything goes to its log. */
  isWarning: (line: string) => boolean;
}
