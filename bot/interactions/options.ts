import type { OptionValue } from './interaction.ts';

type Options = Record<string, OptionValue>;

/** A text option, trimmed; null when absent or empty. */
export function readText(options: Options, name: string): string | null {
  const value = options[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** A whole-number option; null when absent. */
export function readInteger(options: Options, name: string): number | null {
  const value = options[name];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}

/** A yes/no option; absent means no. */
export function readFlag(options: Options, name: string): boolean {
  return options[name] === true;
}
