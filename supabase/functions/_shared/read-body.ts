/** The body was larger than allowed; none of it was used. */
export class BodyTooLargeError extends Error {
  constructor(bytesMax: number) {
    super(`the body exceeds ${bytesMax} bytes`);
    this.name = 'BodyTooLargeError';
  }
}

/** Reads a body as text, up to `bytesMax`; throws BodyTooLargeError at the limit. */
export async function readBodyText(request: Request, bytesMax: number): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) throw new BodyTooLargeError(bytesMax);
  const decoder = new TextDecoder();
  let text = '';
  let byteCount = 0;
  for await (const chunk of request.body ?? []) {
    byteCount += chunk.byteLength;
    if (byteCount > bytesMax) throw new BodyTooLargeError(bytesMax);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
