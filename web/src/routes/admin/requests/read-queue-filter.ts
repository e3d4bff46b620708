import { z } from 'zod';
import { creditRequestStates, creditTypes } from '#domain/credits/vocabulary.ts';
import { toStorable } from '#domain/platform/text/storable-text.ts';
import type { RequestFilter } from '#store/credits/queue/list-request-queue.ts';

/** What the tabs and filters of the queue name in the URL; anything else is left out. */
const schema = z.object({
  state: z.enum([...creditRequestStates, 'all']).catch('pending'),
  type: z.enum(creditTypes).optional().catch(undefined),
  min: z.coerce.number().int().min(0).max(2_147_483_647).optional().catch(undefined),
  max: z.coerce.number().int().min(0).max(2_147_483_647).optional().catch(undefined),
  hours: z.coerce.number().int().min(1).max(8_760).optional().catch(undefined),
  player: z.string().max(64).optional().catch(undefined),
  approver: z.string().max(64).optional().catch(undefined),
  q: z.string().max(100).optional().catch(undefined),
});

export interface QueueQuery {
  state: z.output<typeof schema>['state'];
  filter: RequestFilter;
  after: string | undefined;
}

/** What the URL of the queue asks for. `hours` is the least age. */
export function readQueueFilter(url: URL, nowMs: number): QueueQuery {
  const given = [...url.searchParams].map(([name, value]) => [name, toStorable(value).trim()]);
  const { state, type, min, max, hours, player, approver, q } = schema.parse(
    Object.fromEntries(given.filter(([, value]) => value !== '')),
  );
  return {
    state,
    after: toStorable(url.searchParams.get('after') ?? '') || undefined,
    filter: {
      credit_type: type,
      amount_min: min,
      amount_max: max,
      created_before: hours === undefined ? undefined : new Date(nowMs - hours * 3_600_000).toISOString(),
      username: player,
      approver,
      text: q,
    },
  };
}
