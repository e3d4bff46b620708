import { expect, test } from 'vitest';
import { readForm } from '#lib/server/forms/read-form.ts';
import { requestForm, settingsForm } from './profile-forms.server.ts';

function form(fields: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
}

const parseRequestForm = (data: FormData) => readForm(requestForm, data);
const parseSettingsForm = (data: FormData) => readForm(settingsForm, data);

const good = {
  credit_type: 'ai',
  amount: '40',
  reason: ' For the demo ',
  idempotency_key: '5542cbf3-f14a-477a-b312-3bfd29205f77',
};

test('a filled-in request is read, and its reason trimmed', () => {
  expect(parseRequestForm(form(good))).toMatchObject({
    ok: true,
    value: { amount: 40, reason: 'For the demo' },
  });
});

test.each([
  [{ credit_type: 'gold' }, 'Choose AI or Lead'],
  [{ amount: '0' }, 'at least one'],
  [{ amount: '-5' }, 'at least one'],
  [{ amount: '1.5' }, 'whole number'],
  [{ amount: 'many' }, 'how many'],
  [{ amount: '1e9' }, 'more than anyone'],
  [{ reason: '  ' }, 'at least one visible character'],
  [{ reason: 'ok' }, 'at least 3 characters'],
  [{ reason: 'x'.repeat(501) }, 'at most 500'],
  [{ reason: 'for the\0demo' }, 'control character'],
  [{ reason: 'for \u202ethe demo' }, 'invisible character'],
  [{ idempotency_key: 'x' }, 'Reload'],
])('%j is refused with what to do', (change, words) => {
  const parsed = parseRequestForm(form({ ...good, ...change }));
  if (parsed.ok) throw new Error('expected a refusal');
  const [field = ''] = Object.keys(change);
  expect(parsed.errors[field] ?? parsed.problem).toContain(words);
  expect(parsed.fields.reason).toBeDefined();
});

test('a reason may have several lines, whatever their line endings', () => {
  const parsed = parseRequestForm(
    form({ ...good, reason: 'For two things:\r\n\r\n\r\n- a demo \r\n- a launch' }),
  );
  expect(parsed).toMatchObject({ value: { reason: 'For two things:\n\n- a demo\n- a launch' } });
});

test('only time zones that exist are taken', () => {
  expect(parseSettingsForm(form({ visibility: 'public', time_zone: 'Europe/Berlin' })).ok).toBe(true);
  expect(parseSettingsForm(form({ visibility: 'public', time_zone: 'UTC' })).ok).toBe(true);
  expect(parseSettingsForm(form({ visibility: 'public', time_zone: 'Mars/Base' })).ok).toBe(false);
  expect(parseSettingsForm(form({ visibility: 'ghost', time_zone: 'UTC' })).ok).toBe(false);
});

test('a display name is tidied, or refused with the problem', () => {
  const settings = { visibility: 'public', time_zone: 'UTC' };
  const parse = (display_name: string) => parseSettingsForm(form({ ...settings, display_name }));
  expect(parse(' Ada   Lovelace ')).toMatchObject({ ok: true, value: { display_name: 'Ada Lovelace' } });
  for (const bad of ['', '   ', 'two\nlines', '\u200b', 'x'.repeat(81)]) {
    expect(parse(bad)).toMatchObject({
      ok: false,
      errors: { display_name: expect.stringContaining('display name') },
      fields: { display_name: bad },
    });
  }
});
