import { z } from 'zod';

/** What the library answers when its parser throws: a fault of its own, though the caller wrote what it cannot read. */
const unparsed = z.object({
  code: z.literal('SUP'),
  message: z.string().regex(/^Error: .+ at position \d+/s),
});

/** Turns the fault of an address that cannot be parsed into the refusal that PostgREST answers with. */
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
