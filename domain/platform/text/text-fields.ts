import type { TextRule } from './presentable-text.ts';

/** A field that people or programs fill in: its name in a sentence, and what it may contain. */
export interface TextField extends TextRule {
  label: string;
}

/** The fields whose text others see, with the names and lengths that the database triggers use. */
export const textFields = {
  displayName: { label: 'display name', lengthMin: 1, lengthMax: 80, isMultiline: false },
  boardName: { label: 'name of a board', lengthMin: 1, lengthMax: 80, isMultiline: false },
  seasonName: { label: 'name of a season', lengthMin: 1, lengthMax: 80, isMultiline: false },
  apiKeyName: { label: 'name of an API key', lengthMin: 1, lengthMax: 80, isMultiline: false },
  apiKeySource: { label: 'source of an API key', lengthMin: 1, lengthMax: 64, isMultiline: false },
  groupName: { label: 'name of a group', lengthMin: 1, lengthMax: 80, isMultiline: false },
  reason: { label: 'reason', lengthMin: 3, lengthMax: 500, isMultiline: true },
  transferReason: { label: 'reason', lengthMin: 1, lengthMax: 500, isMultiline: true },
  comment: { label: 'comment', lengthMin: 1, lengthMax: 1_000, isMultiline: true },
} as const satisfies Record<string, TextField>;
