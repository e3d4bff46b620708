import { z } from 'zod';
import { describeTextProblem, findTextProblem, tidyText } from '#domain/platform/text/presentable-text.ts';
import type { TextField } from '#domain/platform/text/text-fields.ts';

/**
 * Text that others see. Refused with a sentence about the field, as the database would; the database tidies
 * spaces. A field without a minimum length may be empty.
 */
export function presentableText(field: TextField) {
  return z.string(`The ${field.label} is missing.`).superRefine((text, context) => {
    const tidied = tidyText(text, field.isMultiline);
    const problem = tidied === '' && field.lengthMin === 0 ? null : findTextProblem(tidied, field);
    if (problem)
      context.addIssue({ code: 'custom', message: describeTextProblem(problem, field.label, field) });
  });
}
