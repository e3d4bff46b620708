import { z } from 'zod';
import { type Deployment, describeVariables, type Variables } from './variables.ts';

/** Variables as a process is given them. */
export type GivenVariables = Record<string, string | undefined>;

/** What one process reads from its environment. */
export interface EnvironmentDeclaration<Values> {
  process: string;
  /** Every variable that the process reads, in the order of the declaration. */
  names: readonly string[];
  /** Checks and gives all of them. Throws an EnvironmentError that names each one that is wrong. */
  read: (given: GivenVariables) => Values;
}

/** A process was given an environment that it must not start with. Its message holds no values: many are secret. */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError';
}

/**
 * Declares the environment of a process. It is strict, as production needs it, unless DEPLOYMENT=local asks for what a
 * stack on one machine needs; so nothing that is forgotten can make production lax.
 */
export function declareEnvironment<Shape extends z.ZodRawShape>(
  process: string,
  describe: (variables: Variables) => Shape,
): EnvironmentDeclaration<z.output<z.ZodObject<Shape>>> {
  const names = Object.keys(describe(describeVariables('production')));
  return {
    process,
    names,
    read: (given) => {
      const deployment = given.DEPLOYMENT === 'local' ? 'local' : 'production';
      const known = names.map((name) => [name, given[name] || undefined] as const);
      const parsed = z.object(describe(describeVariables(deployment))).safeParse(Object.fromEntries(known));
      const problems = [
        ...listMisplaced(given, deployment),
        ...(parsed.error ? listIssues(parsed.error) : []),
      ];
      if (parsed.success && problems.length === 0) return parsed.data;
      const how = `as DEPLOYMENT=${deployment}`;
      throw new EnvironmentError(`The process ${process} cannot start ${how}:\n  ${problems.join('\n  ')}`);
    },
  };
}

/** What must not be set where the process runs, whether it reads it or not. */
function listMisplaced(given: GivenVariables, deployment: Deployment): string[] {
  const { DEPLOYMENT = '', INNGEST_DEV = '', NODE_ENV } = given;
  if (!['', 'local', 'production'].includes(DEPLOYMENT)) {
    return ['DEPLOYMENT: is production unless it is unset, "production" or "local"'];
  }
  if (deployment === 'local') {
    return NODE_ENV === 'production' ? ['DEPLOYMENT: is local, but NODE_ENV is production'] : [];
  }
  const local = Object.keys(given).filter((name) => name.startsWith('LOCAL_') && given[name] !== undefined);
  return [
    ...local.map((name) => `${name}: is only for a stack on one machine`),
    ...(['', '0', 'false'].includes(INNGEST_DEV)
      ? []
      : ['INNGEST_DEV: would run whatever anybody sends, unsigned']),
  ];
}

function listIssues(error: z.ZodError): string[] {
  return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}
