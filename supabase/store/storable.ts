import { z } from 'zod';
import { isStorable } from '#domain/platform/text/storable-text.ts';

const unstorable = 'This text contains a NUL or half of a surrogate pair, which cannot be stored.';
/** Text that is passed to Postgres: every edge parses text with this or a stricter pattern. */
export const storableText = z.string().refine(isStorable, unstorable);
export const storableUrl = z.url().refine(isStorable, unstorable);

/** Postgres knows no year 0 and no offset of 16 hours or more, and rejects overlong times. */
function isStorableTime(text: string): boolean {
  return text.length <= 40 && !text.startsWith('0000') && !/[+-](?:1[6-9]|2\d):\d\d$/.test(text);
}

/** An ISO 8601 time with an offset that is passed to Postgres. */
export const storableTime = z.iso
  .datetime({ offset: true })
  .refine(
    isStorableTime,
    'Times are from year 1 on, with a zone of less than 16 hours and at most 40 characters.',
  );
