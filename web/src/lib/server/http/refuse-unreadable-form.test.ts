import { expect, test } from 'vitest';
import { refuseUnreadableForm } from './refuse-unreadable-form.ts';

function post(type: string, body: BodyInit): Request {
  const request = new Request('http://site.test', {
    method: 'POST',
    body,
    headers: { 'content-type': type },
  });
  refuseUnreadableForm(request);
  return request;
}

test('a form is read as usual', async () => {
  const form = await post('application/x-www-form-urlencoded', 'next=%2F').formData();
  expect(form.get('next')).toBe('/');
});

test.each([
  ['application/json', '{}'],
  ['multipart/form-data', 'x'],
  ['multipart/form-data; boundary=x', '--y'],
])('a body of type %s that is not a form is refused', async (type, body) => {
  await expect(post(type, body).formData()).rejects.toMatchObject({ status: 400 });
});

test('a body that cannot be received is not a form error', async () => {
  const broken = new ReadableStream({ pull: (controller) => controller.error(new RangeError('too large')) });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const init = { method: 'POST', body: broken, duplex: 'half', headers };
  const request = new Request('http://site.test', init);
  refuseUnreadableForm(request);
  await expect(request.formData()).rejects.toThrow('too large');
});
