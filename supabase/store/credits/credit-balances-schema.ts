import { z } from 'zod';
import type { CreditBalances } from '#domain/credits/credit-balances.ts';

const balance = z.object({ available: z.number().int(), held: z.number().int() });

export const creditBalancesSchema = z.object({
  ai: balance,
  lead: balance,
}) satisfies z.ZodType<CreditBalances>;
