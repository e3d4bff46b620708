import { z } from 'zod';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { type Delegation, delegationSchema } from './delegation-schema.ts';

/** The delegations that run or are planned, by start. For managers and the service. */
export async function listDelegations(client: StoreClient): Promise<Delegation[]> {
  return toValue(await client.rpc('list_delegations'), z.array(delegationSchema));
}
