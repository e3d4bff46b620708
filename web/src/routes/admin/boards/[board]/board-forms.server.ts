import { z } from 'zod';
import { latePolicies } from '#domain/leaderboard/vocabulary.ts';
import { tidyText } from '#domain/platform/text/presentable-text.ts';
import { textFields } from '#domain/platform/text/text-fields.ts';
import { presentableText } from '#store/presentable.ts';

/** A box that is not checked is not sent. */
const box = z
  .literal('on')
  .optional()
  .transform((value) => value === 'on');

const whole = (low: number, high: number) =>
  z.coerce
    .number('Enter a number.')
    .int('Enter a whole number.')
    .min(low, `Enter ${low} or more.`)
    .max(high, `Enter at most ${high}.`);

export const settingsForm = z
  .object({
    name: presentableText(textFields.boardName).transform((text) => tidyText(text, false)),
    is_active: box,
    awards_tiers: box,
    announces_ranks: box,
    late_policy: z.enum(latePolicies, 'Choose what happens to late events.'),
    close_grace_minutes: whole(0, 31 * 24 * 60),
    title_hold_refreshes: whole(0, 1_000),
    rank_news_top: whole(0, 1_000_000),
    rank_news_min_places: whole(1, 1_000_000),
  })
  .transform(({ close_grace_minutes, ...settings }) => ({
    ...settings,
    close_grace: `${close_grace_minutes} minutes`,
  }));

/** Times are entered in UTC, without a zone. */
const moment = z.iso
  .datetime({ local: true, offset: false, error: 'Enter a day and a time.' })
  .transform((text) => `${text.slice(0, 16)}:00Z`);

export const seasonForm = z.object({
  name: presentableText(textFields.seasonName).transform((text) => tidyText(text, false)),
  starts_at: moment,
  ends_at: moment,
});

/** Of a form that is only a button. */
export const verifyForm = z.object({});
