import { isSignedByDiscord } from '#bot/transport/signature.ts';
import { BodyTooLargeError, readBodyText } from './read-body.ts';

const bodyBytesMax = 256 * 1024;

export type SignedBody = { ok: true; payload: unknown } | { ok: false; response: Response };

function refuse(status: number, text: string, headers: Record<string, string> = {}): SignedBody {
  return { ok: false, response: new Response(text, { status, headers }) };
}

/** Reads a body from Discord. Nothing is parsed before the signature over the raw body is verified. */
export async function readSignedBody(request: Request, publicKey: string): Promise<SignedBody> {
  if (request.method !== 'POST') return refuse(405, 'POST only', { allow: 'POST' });
  try {
    const body = await readBodyText(request, bodyBytesMax);
    const signature = request.headers.get('x-signature-ed25519');
    const timestamp = request.headers.get('x-signature-timestamp');
    const isSigned = await isSignedByDiscord({ signature, timestamp, body }, publicKey, Date.now());
    if (!isSigned) return refuse(401, 'invalid request signature');
    return { ok: true, payload: JSON.parse(body) };
  } catch (error) {
    if (error instanceof BodyTooLargeError) return refuse(413, error.message);
    if (error instanceof SyntaxError) return refuse(400, 'the body is not JSON');
    throw error;
  }
}
