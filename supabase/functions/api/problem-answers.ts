import { problemSchema } from '../_shared/problem-schema.ts';

const descriptions: Record<number, string> = {
  400: 'The request is malformed.',
  401: 'The API key is missing or not valid.',
  403: 'The key does not have the required scope.',
  404: 'Not found.',
  409: 'Conflicts with an earlier change.',
  413: 'The body is too large.',
  422: 'Well-formed, but not valid; see errors.',
  429: 'Too many requests; see Retry-After.',
  503: 'The database is unavailable; see Retry-After.',
};

/** The error responses in a route's description. Every route needs the database. */
export function problemAnswers(...statuses: number[]) {
  const content = { 'application/problem+json': { schema: problemSchema } };
  return Object.fromEntries(
    [...statuses, 503].map((status) => [
      status,
      { description: descriptions[status] ?? 'Refused.', content },
    ]),
  );
}
