import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { AuthError } from '../auth-error.ts';

const lifetime = '5m';
const audience = 'oauth-state';
const stateSchema = z.object({ flow_id: z.uuid() });

/** Signs the state that travels through the provider, valid for five minutes. */
export function signState(secret: string, flowId: string): Promise<string> {
  return new SignJWT({ flow_id: flowId })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setAudience(audience)
    .setExpirationTime(lifetime)
    .sign(new TextEncoder().encode(secret));
}

/** The flow that a state belongs to; throws if it was not signed here or has expired. */
export async function readState(secret: string, state: string | null): Promise<string> {
  if (!state) throw new AuthError(400, 'bad_oauth_state', 'OAuth state parameter missing');
  try {
    const { payload } = await jwtVerify(state, new TextEncoder().encode(secret), {
      algorithms: ['HS256'],
      audience,
    });
    return stateSchema.parse(payload).flow_id;
  } catch {
    throw new AuthError(400, 'bad_oauth_state', 'OAuth callback with invalid or expired state');
  }
}
