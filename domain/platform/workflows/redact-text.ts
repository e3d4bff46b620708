import { toStorable } from '../text/storable-text.ts';

/** Secrets that can occur inside a text, such as the message of an error. `$1` stays. */
const secrets: readonly RegExp[] = [
  // Signed and encrypted tokens (JWS, JWE).
  /()\beyJ[\w-]{8,}(?:\.[\w-]*){2,4}/g,
  /\b((?:Bearer|Bot|Basic)\s+)[\w.~+/=-]{16,}/gi,
  // A bot token of Discord.
  /()\b[\w-]{20,}\.[\w-]{6,7}\.[\w-]{27,}/g,
  // Discord's addresses for answers to an interaction end with a token.
  /(\/(?:webhooks|interactions)\/\d{15,21}\/)[^\s/?"':]+/g,
  /()\b(?:signkey-\w+-[0-9a-f]{8,}|sb_secret_[\w-]+|dsk_[\w-]{8,}|whsec_[\w+/=-]+)/g,
  /([?&][\w-]*(?:token|secret|password|signature|api_?key)[\w-]*=)[^&\s"']+/gi,
  /(:\/\/)[^\s/@:]+:[^\s/@]+(?=@)/g,
];

/** The text with every secret replaced that can be recognised by its form, and storable. */
export function redactText(text: string): string {
  return secrets.reduce((redacted, secret) => redacted.replace(secret, '$1[redacted]'), toStorable(text));
}
