import { expect, test } from 'vitest';
import { z } from 'zod';
import { readForm } from './read-form.ts';

const schema = z.object({
  amount: z.coerce.number('Enter a number.').min(1, 'At least one.').max(9, 'At most nine.'),
  password: z.string().min(3, 'Longer.').optional(),
  request_id: z.uuid(),
});
const id = '5542cbf3-f14a-477a-b312-3bfd29205f77';

function read(fields: Record<string, string>) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return readForm(schema, data);
}

test('a form is parsed by its schema, and kept as it was typed', () => {
  expect(read({ amount: '7', request_id: id })).toEqual({
    ok: true,
    value: { amount: 7, request_id: id },
    fields: { amount: '7', request_id: id },
  });
});

test('errors are shown beside their field', () => {
  expect(read({ amount: '0', request_id: id })).toEqual({
    ok: false,
    problem: undefined,
    errors: { amount: 'At least one.' },
    fields: { amount: '0', request_id: id },
  });
});

test('errors of hidden fields are reported as a fault of the page', () => {
  expect(read({ amount: '7', request_id: 'x' })).toMatchObject({
    errors: {},
    problem: expect.stringContaining('Reload'),
  });
});

test('other errors wait until the visible fields are valid', () => {
  expect(read({ amount: '0', request_id: 'x' })).toMatchObject({
    errors: { amount: 'At least one.' },
    problem: undefined,
  });
});

test('a password is never sent back', () => {
  for (const password of ['secret', 'x']) {
    const form = read({ amount: '7', request_id: id, password });
    expect(form.fields).toEqual({ amount: '7', request_id: id });
  }
});

test('a file is not text', () => {
  const data = new FormData();
  data.set('amount', new File(['7'], 'seven'));
  data.set('request_id', id);
  expect(readForm(schema, data)).toMatchObject({
    errors: { amount: 'Enter a number.' },
    fields: { request_id: id },
  });
});
