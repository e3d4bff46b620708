import type { z } from 'zod';
import { toStorable } from '#domain/platform/text/storable-text.ts';
import type { TableSort } from '#lib/table/table-query.ts';

interface TableOptions<Filters> {
  /** The columns that can be sorted by; the first is the default. */
  sorts: readonly [string, ...string[]];
  /** Whether the default order is descending. */
  isDescending?: boolean;
  /** The values that each filter may have. A filter that is not valid is left out. */
  filters: z.ZodType<Filters>;
}

/** The query in a table's URL, as the database's list functions take it. */
export interface TableQuery<Filters> {
  sort: TableSort;
  /** The cursor of the previous page. */
  after: string | undefined;
  filters: Filters;
}

/** Parses the URL of a table: `?sort=-name&after=…` and its filters. Invalid parts are ignored. */
export function readTableQuery<Filters>(
  url: URL,
  { sorts, isDescending = false, filters }: TableOptions<Filters>,
): TableQuery<Filters> {
  const sort = url.searchParams.get('sort') ?? '';
  const by = sorts.find((column) => column === sort.replace(/^-/, ''));
  const given = [...url.searchParams].map(([name, value]) => [name, toStorable(value).trim()]);
  return {
    sort: by ? { by, isDescending: sort.startsWith('-') } : { by: sorts[0], isDescending },
    after: toStorable(url.searchParams.get('after') ?? '') || undefined,
    filters: filters.parse(Object.fromEntries(given.filter(([, value]) => value !== ''))),
  };
}
