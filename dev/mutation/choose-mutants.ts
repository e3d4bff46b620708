import { createHash } from 'node:crypto';

/** One small fault: its place and the change. */
export interface Mutant {
  place: string;
  change: string;
}

/** Which mutants to try: a random sample, or those of a list. */
export interface MutantChoice {
  count: number;
  seed: string;
  only: readonly Mutant[] | null;
}

/** The outcome of the tried mutants. */
export interface MutationResult {
  killedCount: number;
  survivors: Mutant[];
}

/** The same choice for the same seed, spread evenly: ordered by a keyed hash of each mutant. */
export function chooseMutants<Item extends Mutant>(
  mutants: readonly Item[],
  getKey: (mutant: Item) => string,
  { count, seed, only }: MutantChoice,
): Item[] {
  if (only) {
    return mutants.filter((mutant) =>
      only.some(({ place, change }) => place === mutant.place && change === mutant.change),
    );
  }
  return mutants
    .map((mutant) => ({
      mutant,
      hash: createHash('sha256')
        .update(`${seed}\n${getKey(mutant)}`)
        .digest('hex'),
    }))
    .sort((a, b) => a.hash.localeCompare(b.hash))
    .slice(0, count)
    .map(({ mutant }) => mutant);
}
