import fc from 'fast-check';

const nastyTexts = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud83d',
  '\udc00x',
  '\u202e\u2066x',
  '\u200b',
  '%00',
  '%',
  '%zz',
  '%2e%2e%2f',
  '../../etc/passwd',
  '..',
  '.',
  '//evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  '<script>alert(1)</script>',
  "' or 1=1 --",
  '{}',
  '[]',
  'null',
  'undefined',
  'true',
  '__proto__',
  'constructor',
  'toString',
  '(((((((((((',
  'a:b:c:v1:::',
  '0',
  '-0',
  '-1',
  '1e400',
  '1e3',
  'NaN',
  'Infinity',
  '2147483648',
  '-2147483649',
  '9007199254740993',
  '9223372036854775808',
  '0.1',
  '0x10',
  '１２',
  '00000000-0000-0000-0000-000000000000',
  'a0000000-0000-4000-8000-000000000003',
  'ffffffff-ffff-ffff-ffff-fffffffffff',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00 BC',
  '9999-12-31T23:59:59.999999Z',
  '+275760-09-13T00:00:00Z',
  '294276-12-31T23:59:59Z',
  '2026-02-30',
  'infinity',
  '-infinity',
  'Factory',
  'posix/Europe/Berlin',
  'Europe/Berlin',
  'x'.repeat(300),
  '😀'.repeat(120),
  'e\u0301'.repeat(2000),
];

/** Text that someone may send on purpose, and plain text, which gets further. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...nastyTexts) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'all-time',
      'monthly',
      'ada',
      'pia',
      'max',
      'week',
      'day',
      'json',
      'ai',
      'UTC',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
  { weight: 1, arbitrary: fc.uuid() },
);

/** Any JSON value with hostile text in it. */
export const hostileJson: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -0,
    -1,
    1.5,
    1e21,
    2 ** 53,
    2 ** 31,
    -(2 ** 63),
    1e308,
    [],
    {},
  ),
  fc.integer(),
  fc.array(hostileText, { maxLength: 3 }),
  fc.dictionary(hostileText, hostileText, { maxKeys: 3 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Bytes of a header value, except line ends. */
export const headerText: fc.Arbitrary<string> = fc
  .oneof(hostileText, fc.string({ unit: 'binary', maxLength: 60 }))
  .map((text) =>
    Buffer.from(text, 'utf8')
      .toString('latin1')
      .replaceAll(/[\r\n]/g, ' '),
  );

/** Text encoded for a query or a path. */
export const encodeText = (text: string): string => encodeURIComponent(text.toWellFormed());

/** One path segment: encoded correctly, or not at all. */
export const pathSegment: fc.Arbitrary<string> = fc.oneof(
  hostileText.map(encodeText),
  fc.constantFrom(
    '%2f',
    '%5c',
    '%00',
    '%ff%fe',
    '%c0%ae',
    '%',
    '%e0%a4%a',
    '..;',
    '~',
    'a b',
    '\xff',
    'x'.repeat(5000),
  ),
);

/** A query with some of the given names and some others. */
export function queryOf(names: readonly string[]): fc.Arbitrary<string> {
  const name = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...names, 'q') },
    { weight: 1, arbitrary: hostileText },
  );
  const pair = fc.tuple(name.map(encodeText), fc.oneof(hostileText.map(encodeText), pathSegment));
  return fc
    .array(pair, { maxLength: 5 })
    .map((pairs) => pairs.map(([key, value]) => `${key}=${value}`).join('&'));
}

const contentTypes = [
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'text/plain',
  'application/json; charset=utf-7',
  'application/vnd.pgrst.object+json',
  'text/csv',
  'application/octet-stream',
  '',
  'a/b;c',
];

export const contentType: fc.Arbitrary<string> = fc.constantFrom(...contentTypes);

/** Bodies that no parser accepts, and some that one does. */
export function bodyOf(fields: readonly string[]): fc.Arbitrary<{ type: string; body: Buffer }> {
  const form = queryOf(fields).map((text) => ({
    type: 'application/x-www-form-urlencoded',
    body: Buffer.from(text),
  }));
  const json = fc
    .dictionary(fc.constantFrom(...fields, 'q'), hostileJson, { maxKeys: 6 })
    .map((value) => ({ type: 'application/json', body: Buffer.from(JSON.stringify(value)) }));
  const multipart = fc
    .array(fc.tuple(fc.constantFrom(...fields, 'q'), headerText), { maxLength: 4 })
    .map((parts) => {
      const text = parts
        .map(([name, value]) => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
        .join('');
      return { type: 'multipart/form-data; boundary=x', body: Buffer.from(`${text}--x--\r\n`, 'latin1') };
    });
  const bytes = fc
    .tuple(contentType, fc.uint8Array({ maxLength: 200 }))
    .map(([type, body]) => ({ type, body: Buffer.from(body) }));
  const nested = contentType.map((type) => ({ type, body: Buffer.from('['.repeat(20_000)) }));
  return fc.oneof(
    { weight: 5, arbitrary: form },
    { weight: 3, arbitrary: json },
    { weight: 2, arbitrary: multipart },
    { weight: 3, arbitrary: bytes },
    { weight: 1, arbitrary: nested },
  );
}

export const method: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('GET', 'POST') },
  { weight: 2, arbitrary: fc.constantFrom('HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS') },
  { weight: 1, arbitrary: fc.constantFrom('TRACE', 'PROPFIND', 'QUERY', 'LOCK') },
);

const headerNames = [
  'accept',
  'accept-language',
  'accept-encoding',
  'range',
  'prefer',
  'if-none-match',
  'if-modified-since',
  'idempotency-key',
  'x-request-id',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'forwarded',
  'referer',
  'user-agent',
  'content-profile',
  'accept-profile',
  'x-sveltekit-action',
  'x-sveltekit-pathname',
  'x-sveltekit-search',
  'content-encoding',
  'traceparent',
  'baggage',
  'x-http-method-override',
];

export const anyHeaders: fc.Arbitrary<[string, string][]> = fc.array(
  fc.tuple(fc.constantFrom(...headerNames), headerText),
  { maxLength: 3 },
);
