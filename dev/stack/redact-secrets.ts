import type { Secrets } from './secrets.ts';

/** Three parts of base64url, the first of which begins as JSON does: an access token, whoever signed it. */
const accessToken = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g;
const publicNames: readonly string[] = ['publishable_key', 'discord_public_key'] satisfies (keyof Secrets)[];

/** Makes a function that replaces every secret of a stack, and every access token, by its name. */
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

/** A text is secret as a whole; of a key in JWK form only `d` is. */
function listSecretTexts(secret: unknown): string[] {
  if (typeof secret === 'string') return [secret];
  if (Array.isArray(secret)) return secret.flatMap(listSecretTexts);
  if (typeof secret !== 'object' || secret === null || !('d' in secret)) return [];
  return listSecretTexts(secret.d);
}
