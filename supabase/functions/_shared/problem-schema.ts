import { z } from '@hono/zod-openapi';

/** An RFC 9457 problem document. `code` never changes its meaning; `detail` states what to do. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string().openapi({ description: 'What went wrong.' }),
    status: z.number().int(),
    detail: z.string().openapi({ description: 'What to do about it.' }),
    code: z
      .string()
      .openapi({ description: 'Stable identifier that programs can rely on.', example: 'api_key_missing' }),
    request_id: z.string().openapi({ description: 'Quote this id in support requests.' }),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem');
