import type { Environment } from './environment.ts';

const names = [
  'INNGEST_DEV',
  'INNGEST_BASE_URL',
  'INNGEST_EVENT_URL',
  'INNGEST_EVENT_KEY',
  'INNGEST_SIGNING_KEY',
] as const;

/**
 * The variables of an Inngest server that replaces the embedded engine, taken from the caller's environment.
 * Null if neither INNGEST_DEV nor INNGEST_BASE_URL is an address.
 */
export function readExternalEngine(variables: NodeJS.ProcessEnv): Environment | null {
  const isAddress = (value: string | undefined): boolean => /^https?:\/\//.test(value ?? '');
  if (!isAddress(variables.INNGEST_DEV) && !isAddress(variables.INNGEST_BASE_URL)) return null;
  return Object.fromEntries(
    names.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]]])),
  );
}
