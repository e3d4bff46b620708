/** Discord keeps nonces up to 25 characters: one letter for the kind of message, 24 of the id it is about. */
export function toMessageNonce(kind: string, id: string): string {
  return `${kind.slice(0, 1)}${id.replaceAll('-', '').slice(0, 24)}`;
}
