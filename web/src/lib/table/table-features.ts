import { rowSelectionFeature, rowSortingFeature, tableFeatures } from '@tanstack/svelte-table';

/** What the tables of the admin app do in the browser. Filters, order and pages are the server's. */
export const features = tableFeatures({ rowSelectionFeature, rowSortingFeature });
