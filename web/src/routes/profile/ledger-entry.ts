import type { listLedgerEntries } from '#store/credits/list-ledger-entries.ts';

/** One change of a player's balance. */
export type LedgerEntry = Awaited<ReturnType<typeof listLedgerEntries>>['entries'][number];
