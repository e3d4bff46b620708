/**
 * The address of the caller, as our outermost proxy saw it. Each proxy appends the address it was called
 * from, so anything before that is client-supplied.
 */
export function readCallerAddress(headers: Headers): string {
  // Validated when the function was loaded.
  const depth = Number(Deno.env.get('XFF_DEPTH') || 1);
  const address = headers.get('x-forwarded-for')?.split(',').at(-depth)?.trim() || 'unknown';
  return address.slice(0, 64);
}
