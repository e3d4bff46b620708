import { problemSchema } from './problem.ts';

const descriptions: Record<number, string> = {
  400: 'Malformed.',
  401: 'No API key, or one that is not valid.',
  403: 'The key lacks the scope.',
  404: 'Not there.',
  409: 'In conflict with what was done before.',
  413: 'Too large.',
  422: 'Understood, but not valid; see errors.',
  429: 'Too many requests; see Retry-After.',
  503: 'The database is away; see Retry-After.',
};

/** The part of a route's description that says how it fails. Every route needs the database. */
export function problemAnswers(...statuses: number[]) {
  const content = { 'application/problem+json': { schema: problemSchema } };
  return Object.fromEntries(
    [...statuses, 503].map((status) => [
      status,
      { description: descriptions[status] ?? 'Refused.', content },
    ]),
  );
}
