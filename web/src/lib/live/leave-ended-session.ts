import * as z from 'zod/mini';

const tokenAnswer = z.object({ access_token: z.nullable(z.string()) });

/** Redirects to the sign-in page, which returns here; unsent form input is restored then. */
export async function leaveEndedSession(): Promise<void> {
  const isKept = await keepTypedForm();
  const { pathname, search } = location;
  const query = new URLSearchParams({
    next: pathname + search,
    problem: isKept ? 'form_not_sent' : 'session_ended',
  });
  location.replace(`/sign-in?${query}`);
}

/** Whether the server reports that nobody is signed in here any more. A missing answer proves nothing. */
export async function isSessionOver(): Promise<boolean> {
  try {
    const response = await fetch('/auth/access-token', { headers: { accept: 'application/json' } });
    return response.ok && tokenAnswer.parse(await response.json()).access_token === null;
  } catch {
    return false;
  }
}

async function keepTypedForm(): Promise<boolean> {
  const forms = document.querySelectorAll<HTMLFormElement>('form[method="post"][action^="?/"]');
  const form = [...forms].find((each) => [...each.elements].some(isTyped));
  if (!form) return false;
  const action = (form.getAttribute('action') ?? '').slice(2);
  const query = new URLSearchParams({ path: location.pathname, action });
  try {
    const response = await fetch(`/auth/unsent-form?${query}`, { method: 'POST', body: new FormData(form) });
    return z.object({ is_kept: z.boolean() }).parse(await response.json()).is_kept;
  } catch {
    return false;
  }
}

function isTyped(field: Element): boolean {
  const isText =
    field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && field.type !== 'hidden');
  return isText && field.value !== field.defaultValue;
}
