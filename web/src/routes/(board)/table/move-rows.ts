/** Duration of a row's move, in milliseconds. */
const moveMs = 420;

interface Move {
  duration: number;
  css?: (t: number, u: number) => string;
}

function readMove({ from, to }: { from: DOMRect; to: DOMRect }): { x: number; y: number } | null {
  const [x, y] = [from.left - to.left, from.top - to.top];
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  return isStill || Math.abs(x) + Math.abs(y) < 1 ? null : { x, y };
}

const ease = (share: number): number => share ** 3;

/** An `animate:` for rows: each slides to its new position, or jumps for people who prefer reduced motion. */
export function slide(_row: Element, boxes: { from: DOMRect; to: DOMRect }): Move {
  const move = readMove(boxes);
  if (!move) return { duration: 0 };
  const css = (_t: number, left: number) =>
    `transform: translate(${move.x * ease(left)}px, ${move.y * ease(left)}px)`;
  return { duration: moveMs, css };
}

/** For rows that would fly across something else: they appear in their new position. */
export function appear(_item: Element, boxes: { from: DOMRect; to: DOMRect }): Move {
  return readMove(boxes) ? { duration: moveMs, css: (t) => `opacity: ${t}` } : { duration: 0 };
}
