import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createRedaction } from './redact-secrets.ts';
import { loadSecrets } from './secrets.ts';

it('leaves no secret of a stack and no access token in a line, and public keys as they are', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'redact-'));
  try {
    const secrets = loadSecrets(directory);
    const redact = createRedaction(secrets);
    const { publishable_key, discord_public_key, jwt_private_jwk, token_private_jwks, ...secret } = secrets;
    for (const [name, value] of Object.entries(secret)) {
      expect(redact(`GET /a?key=${value}&again=${value}`)).toBe(`GET /a?key=[${name}]&again=[${name}]`);
    }
    expect(redact(JSON.stringify(jwt_private_jwk))).toContain('"d":"[jwt_private_jwk]"');
    expect(redact(JSON.stringify(token_private_jwks))).toContain('"d":"[token_private_jwks]"');
    const line = `${publishable_key} ${discord_public_key}`;
    expect(redact(line)).toBe(line);
    expect(redact('bearer eyJhbGciOiJFUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.c2lnbmF0dXJl, late')).toBe(
      'bearer [access token], late',
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
