import { readdirSync } from 'node:fs';

/** The schemas of the areas, each named after its folder in `supabase/schemas/`. */
export const areaSchemas: readonly string[] = readdirSync(
  new URL('../../supabase/schemas', import.meta.url),
).sort();

/** Every schema of the product: the API and the internals. */
export const ownSchemas: readonly string[] = ['public', ...areaSchemas];
