import { z } from 'zod';

/** The library's response if its parser throws: a server error, although the caller's input was invalid. */
const unparsed = z.object({
  code: z.literal('SUP'),
  message: z.string().regex(/^Error: .+ at position \d+/s),
});

/** Converts the error for an unparsable URL to PostgREST's response. */
export async function refuseUnparsedSelect(response: Response): Promise<Response> {
  if (response.status !== 500) return response;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  const fault = unparsed.safeParse(body);
  if (!fault.success) return response;
  const details = fault.data.message.replace(/^Error: /, '');
  return Response.json(
    { code: 'PGRST100', details, hint: null, message: 'failed to parse select parameter' },
    { status: 400 },
  );
}
