/** The surface that a change came through, as the audit log names it. */
export const sources = ['web', 'discord', 'api', 'system'] as const;

/** A surface, or REST with the name of the key. */
export type Source = (typeof sources)[number] | `api:${string}`;
