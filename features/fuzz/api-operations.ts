import fc from 'fast-check';
import { z } from 'zod';
import { hostileJson } from './hostile-values.ts';

const verbs = ['get', 'put', 'post', 'patch', 'delete'] as const;
const parameterSchema = z.object({ name: z.string(), in: z.enum(['path', 'query', 'header', 'cookie']) });
const operationSchema = z.object({
  parameters: z.array(parameterSchema).default([]),
  requestBody: z
    .object({ content: z.object({ 'application/json': z.object({ schema: z.unknown() }) }) })
    .optional(),
});
const documentSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});
const schemaShape = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  format: z.string().optional(),
});

/** One route of the REST API, from its own OpenAPI document. */
export interface Operation {
  method: string;
  path: string;
  pathNames: string[];
  queryNames: string[];
  /** An almost valid body. */
  body: fc.Arbitrary<unknown> | null;
}

export function readOperations(document: unknown): Operation[] {
  const { paths, components } = documentSchema.parse(document);
  return Object.entries(paths).flatMap(([path, item]) =>
    verbs.flatMap((verb) => {
      if (!(verb in item)) return [];
      const { parameters, requestBody } = operationSchema.parse(item[verb]);
      const namesIn = (place: string) => parameters.filter((it) => it.in === place).map((it) => it.name);
      const schema = requestBody?.content['application/json'].schema;
      const body = schema === undefined ? null : nearlyOf(schema, components.schemas, 4);
      return [
        { method: verb.toUpperCase(), path, pathNames: namesIn('path'), queryNames: namesIn('query'), body },
      ];
    }),
  );
}

/** Values of a JSON schema, sometimes with something else inside. */
function nearlyOf(schema: unknown, named: Record<string, unknown>, depth: number): fc.Arbitrary<unknown> {
  const right = matchingOf(schemaShape.parse(schema), named, depth);
  return fc.oneof({ weight: 9, arbitrary: right }, { weight: 1, arbitrary: hostileJson });
}

function matchingOf(
  schema: z.output<typeof schemaShape>,
  named: Record<string, unknown>,
  depth: number,
): fc.Arbitrary<unknown> {
  if (schema.$ref) return nearlyOf(named[schema.$ref.split('/').at(-1) ?? ''] ?? {}, named, depth);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => nearlyOf(choice, named, depth)));
  if (schema.properties && depth > 0) {
    const values = Object.entries(schema.properties).map(
      ([name, it]) => [name, nearlyOf(it, named, depth - 1)] as const,
    );
    return fc.record(Object.fromEntries(values), { requiredKeys: [] });
  }
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'array' && depth > 0)
    return fc.array(nearlyOf(schema.items ?? {}, named, depth - 1), { maxLength: 4 });
  if (type === 'integer')
    return fc.oneof(fc.integer(), fc.constantFrom(0, 1, -1, 2 ** 31, 2 ** 53 - 1, -(2 ** 53)));
  if (type === 'number') return fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
  if (type === 'boolean') return fc.boolean();
  if (type === 'null') return fc.constant(null);
  if (type === 'string') return textOf(schema.format);
  return hostileJson;
}

function textOf(format: string | undefined): fc.Arbitrary<string> {
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  if (format === 'uuid') return fc.uuid();
  if (format === 'uri') return fc.webUrl();
  return fc.oneof(fc.string({ maxLength: 30 }), fc.stringMatching(/^[a-z][a-z0-9_-]{2,20}$/));
}
