import type { Secrets } from './secrets.ts';

/** Three base64url parts, the first of which starts like JSON: an access token from any issuer. */
const accessToken = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g;
const publicNames: readonly string[] = ['publishable_key', 'discord_public_key'] satisfies (keyof Secrets)[];

/** Returns a function that replaces every secret of a stack, and every access token, by its name. */
export function createRedaction(secrets: Secrets): (line: string) => string {
  const values = Object.entries(secrets)
    .filter(([name]) => !publicNames.includes(name))
    .flatMap(([name, secret]) => listSecretTexts(secret).map((text) => [name, text] as const));
  return (line) => {
    let redacted = line;
    for (const [name, text] of values) redacted = redacted.replaceAll(text, `[${name}]`);
    return redacted.replaceAll(accessToken, '[access token]');
  };
}

/** Text secrets count as a whole; of a JWK, only `d` is secret. */
function listSecretTexts(secret: unknown): string[] {
  if (typeof secret === 'string') return [secret];
  if (Array.isArray(secret)) return secret.flatMap(listSecretTexts);
  if (typeof secret !== 'object' || secret === null || !('d' in secret)) return [];
  return listSecretTexts(secret.d);
}
