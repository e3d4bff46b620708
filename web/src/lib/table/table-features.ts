import { rowSelectionFeature, rowSortingFeature, tableFeatures } from '@tanstack/svelte-table';

/** What the admin app's tables do in the browser. Filters, order and pages are handled by the server. */
export const features = tableFeatures({ rowSelectionFeature, rowSortingFeature });
