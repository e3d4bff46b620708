/** What a search while typing is doing; `idle` without text. */
export type SearchState = 'idle' | 'searching' | 'done' | 'failed';
