import type { Environment } from './environment.ts';

const names = [
  'INNGEST_DEV',
  'INNGEST_BASE_URL',
  'INNGEST_EVENT_URL',
  'INNGEST_EVENT_KEY',
  'INNGEST_SIGNING_KEY',
] as const;

/**
 * The Inngest server that somebody set in the environment to use instead of the embedded engine, as the variables that
 * name it. Null when neither INNGEST_DEV nor INNGEST_BASE_URL is an address.
 */
export function readExternalEngine(variables: NodeJS.ProcessEnv): Environment | null {
  const isAddress = (value: string | undefined): boolean => /^https?:\/\//.test(value ?? '');
  if (!isAddress(variables.INNGEST_DEV) && !isAddress(variables.INNGEST_BASE_URL)) return null;
  return Object.fromEntries(
    names.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]]])),
  );
}
