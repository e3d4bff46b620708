import { z } from 'zod';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { creditDaySchema } from './credit-days-schema.ts';

/** The days up to today, oldest first; for managers. */
export async function getCreditDays(
  client: StoreClient,
  args: { credit_type?: string; day_count?: number } = {},
) {
  return toValue(await client.rpc('get_credit_days', args), z.array(creditDaySchema));
}
