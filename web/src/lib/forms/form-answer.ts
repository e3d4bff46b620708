/** What the form of a page was answered with: that it is done, or why not, with all that was typed. */
export interface FormAnswer {
  /** Which form of the page it was: its answer is shown there. */
  about: string;
  message?: string | undefined;
  problem?: string | undefined;
  /** What is wrong with single fields, by their names: shown beside them. */
  errors?: Record<string, string> | undefined;
  /** What was typed, to fill the form in again. */
  fields?: Record<string, string> | undefined;
  /** What the form was about, as it is now, where the page shows that by itself. */
  result?: unknown;
}

/** The answer to one form of a page, whichever of them was sent last. */
export function answerTo(about: string, form: FormAnswer | null | undefined): FormAnswer | null {
  return form?.about === about ? form : null;
}
