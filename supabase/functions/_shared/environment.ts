import type { EnvironmentDeclaration } from '#domain/platform/environment/declare-environment.ts';

/**
 * Checks the environment of a function when its module is loaded: a worker whose environment is wrong does not start,
 * and its log names each variable.
 */
export function readEnvironment<Values>(declaration: EnvironmentDeclaration<Values>): Values {
  return declaration.read(Deno.env.toObject());
}
