import { z } from 'zod';
import { isStorable } from '#domain/platform/text/storable-text.ts';

const unstorable = 'This text holds a NUL or half of a surrogate pair, which cannot be kept.';
/** A text that is handed on to Postgres: every edge reads texts with this or a pattern of its own. */
export const storableText = z.string().refine(isStorable, unstorable);
export const storableUrl = z.url().refine(isStorable, unstorable);

/** Postgres knows no year 0 and no zone of 16 hours or more, and reads no time that is longer than any is. */
function isStorableTime(text: string): boolean {
  return text.length <= 40 && !text.startsWith('0000') && !/[+-](?:1[6-9]|2\d):\d\d$/.test(text);
}

/** An ISO 8601 time with a zone that is handed on to Postgres. */
export const storableTime = z.iso
  .datetime({ offset: true })
  .refine(
    isStorableTime,
    'Times are from year 1 on, with a zone of less than 16 hours and at most 40 characters.',
  );
