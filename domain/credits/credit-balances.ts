import type { CreditType } from './vocabulary.ts';

/** What a player can spend now, and what is on hold. */
export interface CreditBalance {
  available: number;
  held: number;
}

export type CreditBalances = Record<CreditType, CreditBalance>;
