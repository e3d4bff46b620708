import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Cookies } from '@sveltejs/kit';
import { z } from 'zod';

/** A form that was submitted after its session had ended; restored after signing in. */
const unsentFormSchema = z.object({
  /** The author: nobody else who signs in on this device sees it. */
  account: z.string().min(1),
  path: z.string(),
  action: z.string(),
  fields: z.record(z.string(), z.string()),
});
export type UnsentForm = z.infer<typeof unsentFormSchema>;

type FormCookies = Pick<Cookies, 'get' | 'set' | 'delete' | 'serialize'>;

const formCookie = 'unsent-form';
const accountCookie = 'last-account';
const lifetimeSeconds = 30 * 60;
/** Browsers keep 4 kB per cookie, including its name and attributes. */
const cookieLengthMax = 3_800;
const textLengthMax = 100_000;

/** The pages that restore unsent forms. */
const keptForms = new Map([
  ['/profile', ['request']],
  ['/admin/requests', ['decide']],
]);

const getOptions = (isSecure: boolean) => ({
  path: '/',
  httpOnly: true,
  sameSite: 'lax' as const,
  secure: isSecure,
});

/** Remembers on this device who was signed in last, so a late form can be attributed to them. */
export function rememberAccount(cookies: FormCookies, account: string, isSecure: boolean): void {
  if (cookies.get(accountCookie) !== account) cookies.set(accountCookie, account, getOptions(isSecure));
}

/**
 * The cookie that keeps a form for the last person who signed in; null if its page restores no forms, if nothing
 * was typed, or if it is too large for a cookie.
 */
export function packUnsentForm(
  cookies: FormCookies,
  form: { path: string; action: string; data: FormData },
): string | null {
  const account = cookies.get(accountCookie);
  if (!account || !keptForms.get(form.path)?.includes(form.action)) return null;
  const fields = Object.fromEntries(
    [...form.data].filter(
      (field): field is [string, string] => typeof field[1] === 'string' && field[0] !== 'idempotency_key',
    ),
  );
  const isTyped = Object.entries(fields).some(
    ([name, value]) => !name.endsWith('_id') && value.trim() !== '',
  );
  if (!isTyped) return null;
  const unsent: UnsentForm = { account, path: form.path, action: form.action, fields };
  const value = deflateRawSync(JSON.stringify(unsent)).toString('base64url');
  return value.length <= cookieLengthMax ? value : null;
}

/** The header that sets the packed form, for a response created outside SvelteKit. */
export function serializeUnsentForm(cookies: FormCookies, value: string, isSecure: boolean): string {
  return cookies.serialize(formCookie, value, { ...getOptions(isSecure), maxAge: lifetimeSeconds });
}

/** The unsent form of this account on this page, once; null if there is none. */
export function takeUnsentForm(
  cookies: FormCookies,
  account: string | undefined,
  path: string,
): UnsentForm | null {
  const value = cookies.get(formCookie);
  if (value === undefined) return null;
  const form = unpack(value);
  if (form && form.path !== path && form.account === account) return null;
  cookies.delete(formCookie, { path: '/' });
  return form?.account === account ? form : null;
}

function unpack(value: string): UnsentForm | null {
  try {
    const text = inflateRawSync(Buffer.from(value, 'base64url'), { maxOutputLength: textLengthMax });
    return unsentFormSchema.safeParse(JSON.parse(text.toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}
