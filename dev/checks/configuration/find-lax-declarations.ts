import type {
  EnvironmentDeclaration,
  GivenVariables,
} from '#domain/platform/environment/declare-environment.ts';
import { makeGoodEnvironment, misplaced, variableCases } from './variable-cases.ts';

/**
 * Tries each wrong value of each variable of a process. Returns a sentence for each one it would start with.
 */
export function findLaxness(declaration: EnvironmentDeclaration<unknown>): string[] {
  const good = makeGoodEnvironment(declaration.names);
  const refusal = tryEnvironment(declaration, good);
  if (refusal !== null) return [`${declaration.process} refuses an environment that is right: ${refusal}`];
  const faults = [...listFaults(declaration.names), ...Object.entries(misplaced)];
  return faults.flatMap(([name, value]) => {
    const message = tryEnvironment(declaration, { ...good, [name]: value });
    const what = value === undefined ? `without ${name}` : `with ${name}=${value}`;
    if (message === null) return [`${declaration.process} starts ${what}`];
    if (!message.includes(`${name}: `)) return [`${declaration.process} does not name what is wrong ${what}`];
    const isTold = value !== undefined && value.length > 8 && message.includes(value);
    return isTold ? [`${declaration.process} tells the value when it is given ${what}`] : [];
  });
}

function listFaults(names: readonly string[]): [name: string, value: string | undefined][] {
  return names.flatMap((name) => {
    const known = variableCases[name];
    if (!known) throw new Error(`There is no case for the variable ${name}: add one.`);
    const values = known.isOptional || name === 'PORT' ? known.bad : [undefined, '', ...known.bad];
    return values.map((value): [string, string | undefined] => [name, value]);
  });
}

/** The message with which the process refuses to start; null if it starts. */
function tryEnvironment(declaration: EnvironmentDeclaration<unknown>, given: GivenVariables): string | null {
  try {
    declaration.read(given);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
