import type { Standing } from './standing.ts';

/** Whether somebody with the same score stands above: the rank is then theirs too, and is marked "=". */
export function sharesRank({ rank, position }: Pick<Standing, 'rank' | 'position'>): boolean {
  return rank !== position;
}
