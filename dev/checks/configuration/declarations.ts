import { gatewayEnvironment } from '#bot/environment.ts';
import type { EnvironmentDeclaration } from '#domain/platform/environment/declare-environment.ts';
import { webEnvironment } from '#lib/server/web-environment.ts';
import { workerEnvironment } from '../../../functions/environment.ts';
import * as edgeFunctions from '../../../supabase/functions/_shared/environments.ts';

/** The environment declarations of every process of the product. */
export const declarations: readonly EnvironmentDeclaration<unknown>[] = [
  webEnvironment,
  workerEnvironment,
  gatewayEnvironment,
  ...Object.values(edgeFunctions),
];
