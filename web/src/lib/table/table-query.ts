/** The parts of a URL that this file reads; `page.url` cannot be changed. */
export type ReadonlyUrl = Pick<URL, 'pathname' | 'search' | 'origin'>;

/** How a table is sorted, as the server understood the URL. */
export interface TableSort {
  by: string;
  isDescending: boolean;
}

/** The search parameters that are not filters. */
const besides = ['sort', 'after'];

/** The URL of the same table with some parameters changed; an empty value removes one. */
function withParameters(url: ReadonlyUrl, changes: Record<string, string | null>): string {
  const search = new URLSearchParams(url.search);
  // The answers of form actions are named like `/decide`; they belong to the last post.
  for (const name of [...search.keys()]) if (name.startsWith('/')) search.delete(name);
  for (const [name, value] of Object.entries(changes)) {
    if (value) search.set(name, value);
    else search.delete(name);
  }
  const text = search.toString();
  return text ? `${url.pathname}?${text}` : url.pathname;
}

/** The URL that sorts by a column; a second click reverses the order. Pages start again. */
export function sortHref(url: ReadonlyUrl, by: string, current: TableSort): string {
  const isDescending = current.by === by && !current.isDescending;
  return withParameters(url, { sort: isDescending ? `-${by}` : by, after: null });
}

/** The URL of the page after a cursor; without one, of the first page. */
export function pageHref(url: ReadonlyUrl, cursor: string | null): string {
  return withParameters(url, { after: cursor });
}

/** The URL with other filters. Empty filters are omitted, the order is kept, and paging starts over. */
export function filterHref(url: ReadonlyUrl, fields: Iterable<[string, string]>): string {
  const search = new URLSearchParams();
  const sort = new URLSearchParams(url.search).get('sort');
  if (sort) search.set('sort', sort);
  for (const [name, value] of fields) {
    if (value.trim() !== '' && !besides.includes(name)) search.append(name, value.trim());
  }
  const text = search.toString();
  return text ? `${url.pathname}?${text}` : url.pathname;
}

/** The number of filters in a URL, without parameters that are kept, such as that of a tab. */
export function countFilters(url: ReadonlyUrl, kept: readonly string[] = []): number {
  return [...new URLSearchParams(url.search)].filter(
    ([name, value]) =>
      value !== '' && !besides.includes(name) && !kept.includes(name) && !name.startsWith('/'),
  ).length;
}

/** The URL of a download of all rows of a table, with its filters and its order. */
export function downloadHref(url: ReadonlyUrl, pathname: string): string {
  const all = new URL(withParameters(url, { after: null }), url.origin);
  return `${pathname}${all.search}`;
}
