import { z } from 'zod';

const rule = {
  metric: z
    .string()
    .trim()
    .regex(/^[a-z][a-z0-9_]{0,62}$/, 'Use lower-case letters, digits and underscores.'),
  points_per_unit: z.coerce
    .number('Enter how many points a unit earns.')
    .min(0, 'Enter 0 or more points.')
    .max(1_000_000, 'That is more than a unit can earn.'),
  daily_cap_points: z
    .literal('')
    .transform(() => null)
    .or(
      z.coerce
        .number('Enter a number.')
        .int('Enter a whole number.')
        .positive('Enter 1 or more, or nothing.'),
    ),
};

export const simulationForm = z.object({
  ...rule,
  board: z.string().regex(/^[a-z0-9-]{1,63}$/, 'Choose a board.'),
});

export const ruleForm = z.object({
  ...rule,
  /** In UTC; empty means now. */
  effective_from: z
    .literal('')
    .transform(() => null)
    .or(
      z.iso
        .datetime({ local: true, offset: false, error: 'Enter a day and a time.' })
        .transform((text) => `${text.slice(0, 16)}:00Z`),
    ),
  idempotency_key: z.uuid(),
});
