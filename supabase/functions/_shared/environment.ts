import { z } from 'zod';

/**
 * Reads variables when first needed, not at import: the edge runtime may set them per worker.
 * Throws with the name of what is missing or malformed.
 */
export function readEnvironment<Shape extends z.ZodRawShape>(shape: Shape): z.output<z.ZodObject<Shape>> {
  const values = Object.fromEntries(Object.keys(shape).map((name) => [name, Deno.env.get(name)]));
  return z.object(shape).parse(values);
}
