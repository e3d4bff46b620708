import type { EnvironmentDeclaration } from '#domain/platform/environment/declare-environment.ts';

/**
 * Validates the environment when the module is loaded: a worker with an invalid environment does not start,
 * and its log names each variable.
 */
export function readEnvironment<Values>(declaration: EnvironmentDeclaration<Values>): Values {
  return declaration.read(Deno.env.toObject());
}
