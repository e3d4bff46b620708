import type { Snippet } from 'svelte';

/** One column of a DataTable. */
export interface TableColumn<Row> {
  /** The value that the server sorts by, if `isSortable`. */
  id: string;
  header: string;
  cell: Snippet<[Row]>;
  isSortable?: boolean;
  /** Numbers and times: aligned to the end, in figures of equal width. */
  isNumber?: boolean;
  /** The column that names its row. On a phone it is the title of the row's card. */
  isTitle?: boolean;
}
