import { isSignedByDiscord } from '#bot/transport/signature.ts';
import { ProblemError } from './problem.ts';
import { BodyTooLargeError, readBodyText } from './read-body.ts';

const bodyBytesMax = 256 * 1024;

function refuse(
  status: number,
  code: string,
  title: string,
  detail: string,
  headers: Record<string, string> = {},
): ProblemError {
  return new ProblemError({ status, code, title, detail }, headers);
}

async function readText(request: Request): Promise<string> {
  try {
    return await readBodyText(request, bodyBytesMax);
  } catch (error) {
    if (!(error instanceof BodyTooLargeError)) throw error;
    throw refuse(413, 'body_too_large', 'The body is too large.', `Send at most ${bodyBytesMax} bytes.`);
  }
}

/**
 * Reads a body from Discord. Nothing is parsed before the signature over the raw body is verified. Throws a ProblemError
 * if the signature or the body is not valid.
 */
export async function readSignedBody(request: Request, publicKey: string): Promise<unknown> {
  if (request.method !== 'POST') {
    const title = 'Only POST is understood.';
    throw refuse(405, 'method_not_allowed', title, 'Send a POST request.', { allow: 'POST' });
  }
  const body = await readText(request);
  const signature = request.headers.get('x-signature-ed25519');
  const timestamp = request.headers.get('x-signature-timestamp');
  if (!(await isSignedByDiscord({ signature, timestamp, body }, publicKey, Date.now()))) {
    throw refuse(401, 'signature_invalid', 'The signature is not valid.', 'Only Discord calls this address.');
  }
  try {
    return JSON.parse(body);
  } catch {
    throw refuse(400, 'body_malformed', 'The body is not valid JSON.', 'Send a JSON body.');
  }
}
