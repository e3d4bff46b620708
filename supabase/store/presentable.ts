import { z } from 'zod';
import { describeTextProblem, findTextProblem, tidyText } from '#domain/platform/text/presentable-text.ts';
import type { TextField } from '#domain/platform/text/text-fields.ts';

/**
 * A text that others are shown. Refused with a sentence about the field, as the database would refuse it; spaces are
 * tidied by the database. A field of no least length may be left empty.
 */
export function presentableText(field: TextField) {
  return z.string(`The ${field.label} is missing.`).superRefine((text, context) => {
    const tidied = tidyText(text, field.isMultiline);
    const problem = tidied === '' && field.lengthMin === 0 ? null : findTextProblem(tidied, field);
    if (problem)
      context.addIssue({ code: 'custom', message: describeTextProblem(problem, field.label, field) });
  });
}
