/**
 * Discord keeps nonces of up to 25 characters: one letter for the kind of message and 24 characters of the
 * id.
 */
export function toMessageNonce(kind: string, id: string): string {
  return `${kind.slice(0, 1)}${id.replaceAll('-', '').slice(0, 24)}`;
}
