import type { OptionValue } from './interaction.ts';

type Options = Record<string, OptionValue>;

/** A text option, trimmed; null if absent or empty. */
export function readText(options: Options, name: string): string | null {
  const value = options[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** An integer option; null if absent. */
export function readInteger(options: Options, name: string): number | null {
  const value = options[name];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}

/** A boolean option; false if absent. */
export function readFlag(options: Options, name: string): boolean {
  return options[name] === true;
}
