import { z } from 'zod';
import { type Deployment, describeVariables, type Variables } from './variables.ts';

/** The variables a process is started with. */
export type GivenVariables = Record<string, string | undefined>;

/** The variables that one process reads. */
export interface EnvironmentDeclaration<Values> {
  process: string;
  /** Every variable that the process reads, in declaration order. */
  names: readonly string[];
  /** Validates and returns all variables. Throws an EnvironmentError that names each invalid one. */
  read: (given: GivenVariables) => Values;
}

/**
 * The process must not start with its environment. The message contains no values, because many are secret.
 */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError';
}

/**
 * Declares the environment of a process. It is strict, as production needs, unless DEPLOYMENT=local; so a
 * forgotten variable cannot make production lax.
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

/** Variables that must not be set in this deployment, whether the process reads them or not. */
function listMisplaced(given: GivenVariables, deployment: Deployment): string[] {
  const { DEPLOYMENT = '', INNGEST_DEV = '', NODE_ENV } = given;
  if (!['', 'local', 'production'].includes(DEPLOYMENT)) {
    return ['DEPLOYMENT: must be unset, "production" or "local"'];
  }
  if (deployment === 'local') {
    return NODE_ENV === 'production' ? ['DEPLOYMENT: is local, but NODE_ENV is production'] : [];
  }
  const local = Object.keys(given).filter((name) => name.startsWith('LOCAL_') && given[name] !== undefined);
  return [
    ...local.map((name) => `${name}: is only allowed on a local stack`),
    ...(['', '0', 'false'].includes(INNGEST_DEV)
      ? []
      : ['INNGEST_DEV: would run unsigned events from anyone']),
  ];
}

function listIssues(error: z.ZodError): string[] {
  return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}
