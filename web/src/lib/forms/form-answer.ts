/** The answer to a page's form: success, or the reason for failure with everything that was typed. */
export interface FormAnswer {
  /** The form of the page that was sent; its answer is shown there. */
  about: string;
  message?: string | undefined;
  problem?: string | undefined;
  /** Errors of single fields, by name: shown next to them. */
  errors?: Record<string, string> | undefined;
  /** The submitted values, to fill the form in again. */
  fields?: Record<string, string> | undefined;
  /** The current subject of the form, where the page shows it without a reload. */
  result?: unknown;
}

/** The answer to one form of a page, whichever of them was sent last. */
export function answerTo(about: string, form: FormAnswer | null | undefined): FormAnswer | null {
  return form?.about === about ? form : null;
}
