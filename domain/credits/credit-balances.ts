import type { z } from 'zod';
import type { creditBalancesSchema } from './credit-balances-schema.ts';

/** The balances of a player by credit type. */
export type CreditBalances = z.output<typeof creditBalancesSchema>;
export type CreditBalance = CreditBalances[keyof CreditBalances];
