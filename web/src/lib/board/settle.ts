/** As an `animate:` of a list: what has changed places appears in the new one, and flies across nothing on its way. */
export function settle(
  _node: Element,
  { from, to }: { from: DOMRect; to: DOMRect },
  { duration }: { duration: number },
): { duration: number; css?: (t: number) => string } {
  const hasMoved = Math.abs(from.left - to.left) > 1 || Math.abs(from.top - to.top) > 1;
  return hasMoved ? { duration, css: (t) => `opacity: ${t}` } : { duration: 0 };
}
