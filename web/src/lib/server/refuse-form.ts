import { type ActionFailure, fail } from '@sveltejs/kit';
import type { Refusal } from '#domain/platform/refusal.ts';
import { tooManyAttempts } from './is-within-limit.ts';

/** Which part of a page a form belongs to, so that its answer is shown there. */
export type FormPart = 'request' | 'requests' | 'settings' | 'discord';

/** The answer to a form that was refused: what happened, what to do, and what had been filled in. */
export interface FormRefusal {
  about: FormPart;
  problem: string;
  fields: Record<string, string>;
}

/** Answers a form with a refusal, under the status it was refused with. */
export function refuseForm(
  about: FormPart,
  refusal: Refusal,
  fields: Record<string, string> = {},
): ActionFailure<FormRefusal> {
  return fail(refusal.status, { about, problem: `${refusal.message} ${refusal.action}`.trim(), fields });
}

/** Answers a form that came too often. */
export function refuseTooMany(about: FormPart): ActionFailure<FormRefusal> {
  return fail(429, { about, problem: tooManyAttempts, fields: {} });
}
