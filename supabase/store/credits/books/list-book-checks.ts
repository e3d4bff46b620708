import { z } from 'zod';
import { toValue } from '../../outcome.ts';
import type { StoreClient } from '../../store-client.ts';
import { bookCheckSchema } from './book-check-schema.ts';

/** The latest checks of the books, newest first; for managers. */
export async function listBookChecks(client: StoreClient, args: { max_rows?: number } = {}) {
  return toValue(await client.rpc('list_book_checks', args), z.array(bookCheckSchema));
}
