/**
 * The address that a request came from, as the outermost proxy of ours saw it. Each proxy appends whom it was called by,
 * so what stands further to the front was written by the caller.
 */
export function readCallerAddress(headers: Headers): string {
  // Checked when the function was loaded.
  const depth = Number(Deno.env.get('XFF_DEPTH') || 1);
  const address = headers.get('x-forwarded-for')?.split(',').at(-depth)?.trim() || 'unknown';
  return address.slice(0, 64);
}
