import { z } from 'zod';
import { creditTypes } from './vocabulary.ts';

/** What a player can spend now, and what is on hold. */
const balance = z.object({ available: z.number().int(), held: z.number().int() });

export const creditBalancesSchema = z.record(z.enum(creditTypes), balance);
