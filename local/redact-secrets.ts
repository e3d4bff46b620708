import type { Secrets } from './secrets.ts';

/** Three parts of base64url, the first of which begins as JSON does: an access token, whoever signed it. */
const accessToken = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g;
const publicNames: readonly string[] = ['publishable_key', 'discord_public_key'] satisfies (keyof Secrets)[];

/** Makes a function that replaces every secret of a stack, and every access token, by its name. */
export function createRedaction(secrets: Secrets): (line: string) => string {
  const values: [string, string][] = [];
  for (const [name, value] of Object.entries(secrets)) {
    if (typeof value === 'string' && !publicNames.includes(name)) values.push([name, value]);
  }
  const { d: privateKey } = secrets.jwt_private_jwk;
  if (typeof privateKey === 'string') values.push(['jwt_private_jwk', privateKey]);
  return (line) => {
    let redacted = line;
    for (const [name, value] of values) redacted = redacted.replaceAll(value, `[${name}]`);
    return redacted.replaceAll(accessToken, '[access token]');
  };
}
