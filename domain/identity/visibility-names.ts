import type { Visibility } from './vocabulary.ts';

/** What people read for each way to be shown on the boards. */
export const visibilityNames: Record<Visibility, string> = {
  public: 'Public',
  anonymous: 'Anonymous',
  hidden: 'Hidden',
};
