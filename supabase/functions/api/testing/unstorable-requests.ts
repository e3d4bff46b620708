import { z } from 'zod';
import { playerId } from './api-rig.ts';

/** A request with a value that Postgres cannot store in one field. */
export interface UnstorableRequest {
  method: string;
  path: string;
  /** The field and its value. */
  name: string;
  value: unknown;
  body?: object;
}

const fieldSchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  enum: z.array(z.string()).optional(),
  items: z.looseObject({ type: z.string().optional() }).optional(),
});
const operationSchema = z.looseObject({
  parameters: z.array(z.object({ name: z.string(), in: z.string(), schema: fieldSchema })).default([]),
  requestBody: z
    .object({
      content: z.object({
        'application/json': z.object({
          schema: z.looseObject({ properties: z.record(z.string(), fieldSchema) }),
        }),
      }),
    })
    .optional(),
});
const descriptionSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
});

const texts = ['\0', 'a\0', 'half \ud800'];
const times = [
  '0000-01-01T00:00:00Z',
  '2020-01-01T00:00:00+23:00',
  '2020-01-01T00:00:00-16:00',
  `2020-01-01T00:00:00.${'0'.repeat(200)}Z`,
];

/** None for fields that are parsed as numbers or enums. */
function listValues({ type, format, enum: words, items }: z.output<typeof fieldSchema>): unknown[] {
  const types = [type].flat();
  if (types.includes('array')) return items?.type === 'string' ? texts.map((text) => [text]) : [];
  if (!types.includes('string') || words) return [];
  if (format === 'date-time') return times;
  return format === 'uri' ? texts.map((text) => `https://pictures.test/${text}`) : texts;
}

/** Values that some routes require, so nothing else is invalid. */
const knownQuery = { at: '2026-11-22T12:00:00Z', players: playerId, first: playerId, second: playerId };

function fillAddress(address: string, values: Record<string, string> = {}): string {
  const known = {
    slug: 'all-time',
    credit_type: 'ai',
    player_id: playerId,
    period_id: '1',
    hold_id: playerId,
    transfer_id: playerId,
    request_id: playerId,
    bulk_id: playerId,
    ...values,
  };
  return Object.entries(known).reduce(
    (path, [name, value]) => path.replace(`{${name}}`, encodeURIComponent(value)),
    address.replace('/api/v1', ''),
  );
}

function listParameterRequests(
  method: string,
  address: string,
  { parameters }: z.output<typeof operationSchema>,
): UnstorableRequest[] {
  return parameters.flatMap(({ name, in: place, schema }) => {
    // Headers cannot contain any of them, and URLs cannot contain an unpaired surrogate.
    const values = listValues(schema).filter((value) => typeof value === 'string' && value.isWellFormed());
    return values.flatMap((value) => {
      const given = { [name]: String(value) };
      const query = new URLSearchParams({ ...knownQuery, ...(place === 'query' && given) });
      const path = `${fillAddress(address, place === 'path' ? given : {})}?${query}`;
      return place === 'query' || place === 'path' ? [{ method, path, name, value }] : [];
    });
  });
}

function listBodyRequests(
  method: string,
  address: string,
  { requestBody }: z.output<typeof operationSchema>,
): UnstorableRequest[] {
  const fields = Object.entries(requestBody?.content['application/json'].schema.properties ?? {});
  return fields.flatMap(([name, schema]) =>
    listValues(schema).map((value) => ({
      method,
      path: fillAddress(address),
      name,
      value,
      body: { [name]: value },
    })),
  );
}

/** Every field of every route in an OpenAPI description, with every value that cannot be stored. */
export function listUnstorableRequests(description: unknown): UnstorableRequest[] {
  return Object.entries(descriptionSchema.parse(description).paths).flatMap(([address, operations]) =>
    Object.entries(operations).flatMap(([name, operation]) => {
      const method = name.toUpperCase();
      return [
        ...listParameterRequests(method, address, operation),
        ...listBodyRequests(method, address, operation),
      ];
    }),
  );
}
