import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { SigningKey } from './signing-key.ts';

const claimsSchema = z.looseObject({
  role: z.string().min(1),
  exp: z.number().int(),
  sub: z.string().optional(),
  session_id: z.string().optional(),
});

/** The claims of an access token; `role` is the Postgres role that requests run as. */
export type Claims = z.infer<typeof claimsSchema>;

/** An access token that is rejected. */
export class TokenError extends Error {
  override name = 'TokenError';
  readonly reason: 'malformed' | 'expired' | 'invalid';

  constructor(reason: 'malformed' | 'expired' | 'invalid', message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

export interface AccessTokens {
  sign: (claims: Claims) => Promise<string>;
  /** The claims of one of this project's tokens; throws a TokenError otherwise. */
  verify: (token: string) => Promise<Claims>;
}

/** Signs with the project's key and accepts no other key or algorithm. */
export function createAccessTokens(key: SigningKey): AccessTokens {
  const header = { alg: 'ES256', kid: key.kid, typ: 'JWT' };
  return {
    sign: (claims) => new SignJWT(claims).setProtectedHeader(header).sign(key.privateKey),
    verify: async (token) => {
      try {
        const { payload } = await jwtVerify(token, key.publicKey, { algorithms: ['ES256'] });
        return claimsSchema.parse(payload);
      } catch (cause) {
        throw explainFailure(cause);
      }
    },
  };
}

function explainFailure(cause: unknown): TokenError {
  if (cause instanceof errors.JWTExpired) {
    const { exp } = z.object({ exp: z.number().catch(0) }).parse(cause.payload);
    const ageSeconds = Math.max(0, Math.floor(Date.now() / 1000) - exp);
    return new TokenError('expired', `Token has expired ${ageSeconds} seconds ago`, cause);
  }
  if (cause instanceof errors.JWSInvalid || cause instanceof errors.JWTInvalid) {
    return new TokenError('malformed', 'The token provided is not a valid JWT', cause);
  }
  if (cause instanceof z.ZodError) {
    return new TokenError('invalid', 'Fields `role` and `exp` are required in JWT', cause);
  }
  return new TokenError('invalid', 'Failed to validate JWT signature', cause);
}
