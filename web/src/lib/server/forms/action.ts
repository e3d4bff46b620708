import { type ActionFailure, fail, type RequestEvent } from '@sveltejs/kit';
import type { z } from 'zod';
import type { PlayerRole } from '#domain/identity/vocabulary.ts';
import type { Outcome } from '#domain/platform/refusal.ts';
import type { FormAnswer } from '#lib/forms/form-answer.ts';
import { forgetOwnProfile } from '../session/read-viewer.ts';
import { requireRole } from '../session/require-role.ts';
import { readForm } from './read-form.ts';

const tooManyAttempts = 'Too many attempts. Wait a minute, then try again.';

/** What a form's command may read of its request; the same for every route, whatever its parameters. */
export type FormEvent = Pick<RequestEvent, 'locals' | 'request' | 'url' | 'cookies' | 'getClientAddress'>;

interface FormAction<Value, Result> {
  /** Which form of the page it is; see FormAnswer. */
  about: string;
  /** The lowest role that may send it, according to the database now; without one, visitors may too. */
  role?: PlayerRole;
  schema: z.ZodType<Value>;
  /** Whether the sender may go on. Only for actions that no database command counts. */
  limit?: (event: FormEvent, value: Value) => Promise<boolean>;
  /** Does what the form asks for. The database decides again whether this person may. */
  command: (event: FormEvent, value: Value) => Promise<Outcome<Result>>;
  /** The answer to the page after success. */
  done?: (result: Result) => Pick<FormAnswer, 'message' | 'result'>;
  /** The current subject of the form after the command was refused. */
  reread?: (event: FormEvent, value: Value) => Promise<unknown>;
}

/**
 * The action behind a form: checks the sender and the rate limit, parses the form, runs its command, and
 * answers. A refused form comes back with everything that was typed and what to do: next to a field, or above
 * the form.
 */
export function action<Value, Result>({
  about,
  role,
  schema,
  limit,
  command,
  done,
  reread,
}: FormAction<Value, Result>) {
  return async (event: FormEvent): Promise<FormAnswer | ActionFailure<FormAnswer>> => {
    const { locals, request, url } = event;
    if (role) await requireRole(locals, url, role);
    const form = readForm(schema, await request.formData());
    const { fields } = form;
    if (!form.ok) return fail(400, { about, problem: form.problem, errors: form.errors, fields });
    if (limit && !(await limit(event, form.value))) {
      return fail(429, { about, problem: tooManyAttempts, fields });
    }
    const outcome = await command(event, form.value);
    forgetOwnProfile(locals);
    if (outcome.ok) return { about, ...done?.(outcome.value) };
    const { status, message, action } = outcome.refusal;
    const problem = `${message} ${action}`.trim();
    return fail(status, { about, problem, fields, result: await reread?.(event, form.value) });
  };
}
