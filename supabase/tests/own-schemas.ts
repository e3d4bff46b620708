import { readdirSync } from 'node:fs';

/** The schemas of the areas: each is named as its folder below `supabase/schemas/`. */
export const areaSchemas: readonly string[] = readdirSync(new URL('../schemas', import.meta.url)).sort();

/** Every schema that the product fills: the API and what is behind it. */
export const ownSchemas: readonly string[] = ['public', ...areaSchemas];
