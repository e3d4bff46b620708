import { requireRole } from '#lib/server/session/require-role.ts';
import { streamCsv } from '#lib/server/table/stream-csv.ts';
import type { LedgerTransfer } from '#store/credits/books/ledger-transfer-schema.ts';
import { listCreditTransfers } from '#store/credits/books/list-credit-transfers.ts';
import { readTransfersQuery } from '../read-transfers-query.server.ts';
import type { RequestHandler } from './$types.js';

/** Downloads every transfer that the filters leave. */
export const GET: RequestHandler = async ({ locals, url }) => {
  await requireRole(locals, url, 'manager');
  const { args } = readTransfersQuery(url);
  return streamCsv<LedgerTransfer>({
    name: 'credit-transfers',
    columns: [
      ['transfer_id', (transfer) => transfer.id],
      ['created_at', (transfer) => transfer.created_at],
      ['kind', (transfer) => transfer.kind],
      ['credit_type', (transfer) => transfer.credit_type],
      ['amount', (transfer) => transfer.amount],
      ['player_id', (transfer) => transfer.player_id],
      ['username', (transfer) => transfer.username],
      ['balance_before', (transfer) => transfer.balance_before],
      ['balance_after', (transfer) => transfer.balance_after],
      ['reason', (transfer) => transfer.reason],
      ['actor', (transfer) => transfer.actor_username],
      ['source', (transfer) => transfer.source],
      ['reversal_of', (transfer) => transfer.reversal_of],
      ['hold_id', (transfer) => transfer.hold_id],
      ['request_id', (transfer) => transfer.request_id],
    ],
    read: (after) => listCreditTransfers(locals.supabase, { ...args, after, max_rows: 200 }),
  });
};
