import { z } from '@hono/zod-openapi';

const field = z
  .object({
    type: z.enum(['string', 'number']),
    format: z.string(),
    maxLength: z.number(),
    minimum: z.number(),
    maximum: z.number(),
    description: z.string(),
    examples: z.array(z.string()),
  })
  .partial({
    format: true,
    maxLength: true,
    minimum: true,
    maximum: true,
    description: true,
    examples: true,
  });
const description = z.object({
  type: z.literal('object'),
  required: z.array(z.string()),
  properties: z.record(z.string(), field),
});

/** Describes a flat object for OpenAPI without validating requests against its schema. */
export function describeSchema(schema: z.ZodType) {
  return description.parse(z.toJSONSchema(schema, { io: 'input' }));
}
