import { z } from 'zod';
import { creditTypes, transferKinds } from '#domain/credits/vocabulary.ts';
import { readTableQuery } from '#lib/server/table/read-table-query.ts';

const amount = z.coerce.number().int().min(0).max(1_000_000_000).optional().catch(undefined);
const day = z.iso.date().optional().catch(undefined);
const text = z.string().max(100).optional().catch(undefined);

const filters = z.object({
  player: text,
  type: z.enum(creditTypes).optional().catch(undefined),
  kind: z.enum(transferKinds).optional().catch(undefined),
  min: amount,
  max: amount,
  from: day,
  to: day,
  actor: text,
  reason: text,
});

const dayMs = 86_400_000;

/** The transfers that a URL asks for: the same for the page and its download. Days are UTC. */
export function readTransfersQuery(url: URL) {
  const {
    sort,
    after,
    filters: given,
  } = readTableQuery(url, {
    sorts: ['created_at', 'amount'],
    isDescending: true,
    filters,
  });
  const args = {
    player: given.player?.replace(/^@/, ''),
    credit_type: given.type,
    kind: given.kind,
    amount_min: given.min,
    amount_max: given.max,
    since: given.from && `${given.from}T00:00:00Z`,
    until: given.to && new Date(Date.parse(`${given.to}T00:00:00Z`) + dayMs).toISOString(),
    actor: given.actor?.replace(/^@/, ''),
    reason: given.reason,
    sort_by: sort.by,
    is_descending: sort.isDescending,
    after,
  };
  return { sort, args };
}
