export interface LimitedBody {
  /** The body to forward; errors once more bytes arrived than allowed. */
  body: ReadableStream<Uint8Array> | null;
  isTooLarge: () => boolean;
}

/** Limits the size of a request's body, even without a declared length. */
export function limitBody(request: Request, bytesMax: number): LimitedBody {
  const announced = Number(request.headers.get('content-length') ?? 0);
  let isTooLarge = announced > bytesMax;
  if (request.body === null || isTooLarge) return { body: null, isTooLarge: () => isTooLarge };
  let byteCount = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      byteCount += chunk.byteLength;
      isTooLarge ||= byteCount > bytesMax;
      if (isTooLarge) controller.error(new Error('The request body is too large.'));
      else controller.enqueue(chunk);
    },
  });
  return { body: request.body.pipeThrough(counter), isTooLarge: () => isTooLarge };
}
