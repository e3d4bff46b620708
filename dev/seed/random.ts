/** Pseudo-random numbers, identical on every machine for the same seed. */
export interface Random {
  /** From 0 (inclusive) to 1 (exclusive). */
  next: () => number;
  /** An integer from `least` to `most`, inclusive. */
  between: (least: number, most: number) => number;
  pick: <T>(items: readonly T[]) => T;
  isLikely: (probability: number) => boolean;
  /** Normally distributed around 0 with standard deviation 1. */
  normal: () => number;
  /** A random count with the expected value `mean`. */
  poisson: (mean: number) => number;
  uuid: () => string;
}

/** A generator seeded with `seed` (mulberry32: 32 bits of state are enough for sample rows). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(next() * items.length)];
    if (item === undefined) throw new Error('There is nothing to pick from.');
    return item;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const poisson = (mean: number): number => {
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = next(); product > limit; product *= next()) count += 1;
    return count;
  };
  const hex = (length: number): string => Array.from({ length }, () => between(0, 15).toString(16)).join('');
  const uuid = (): string =>
    `${hex(8)}-${hex(4)}-4${hex(3)}-${pick(['8', '9', 'a', 'b'])}${hex(3)}-${hex(12)}`;
  return { next, between, pick, isLikely: (probability) => next() < probability, normal, poisson, uuid };
}
