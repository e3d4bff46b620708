import type { core } from 'zod';
import type { ZodMiniType } from 'zod/mini';
import { type FieldError, invalidForm } from './rest-error.ts';

/** Fields that Discord documents as integers but accepts, and gets from every library, as digit strings. */
const digitFields = new Set(['permissions', 'allow', 'deny', 'default_member_permissions']);

function withNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      digitFields.has(key) && typeof inner === 'string' && /^[0-9]+$/.test(inner)
        ? [key, Number(inner)]
        : [key, withNumbers(inner)],
    ),
  );
}

function toFieldError(issue: core.$ZodIssue, prefix: readonly PropertyKey[]): FieldError[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'invalid_union') {
    // Components are identified by type: report only the branch for the type that was sent.
    const branches = issue.errors.filter((errors) => errors.length > 0);
    const isOwnType = (error: core.$ZodIssue) => error.path.length === 1 && error.path[0] === 'type';
    const meant = branches.find((errors) => !errors.some(isOwnType));
    if (meant) return meant.flatMap((error) => toFieldError(error, path));
    return [{ path, code: 'UNION_TYPE_CHOICES', message: 'Value must be one of the documented types' }];
  }
  if (issue.code === 'invalid_type') {
    // Discord treats missing and null fields alike.
    const isMissing = issue.input === undefined || issue.input === null;
    return isMissing
      ? [{ path, code: 'BASE_TYPE_REQUIRED', message: 'This field is required' }]
      : [{ path, code: 'BASE_TYPE_BAD_TYPE', message: `Value must be of type ${issue.expected}` }];
  }
  if (issue.code === 'too_big') {
    return [{ path, code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${issue.maximum} or fewer in length.` }];
  }
  if (issue.code === 'too_small') {
    return [{ path, code: 'BASE_TYPE_MIN_LENGTH', message: `Must be ${issue.minimum} or more in length.` }];
  }
  if (issue.code === 'invalid_value') {
    const message = `Value must be one of (${issue.values.map(String).join(', ')}).`;
    return [{ path, code: 'BASE_TYPE_CHOICES', message }];
  }
  if (issue.code === 'invalid_format' && issue.format === 'url') {
    return [{ path, code: 'URL_TYPE_INVALID_URL', message: 'Not a well formed URL.' }];
  }
  return [{ path, code: 'BASE_TYPE_INVALID', message: issue.message }];
}

/** Problems of a value according to one of Discord's published schemas; empty if there are none. */
export function findProblems(schema: ZodMiniType, value: unknown): FieldError[] {
  const parsed = schema.safeParse(value, { reportInput: true });
  return parsed.success ? [] : parsed.error.issues.flatMap((issue) => toFieldError(issue, []));
}

/** Throws Discord's 50035 if a request body does not match the published schema. */
export function requireValid(schema: ZodMiniType, value: unknown): void {
  const problems = findProblems(schema, withNumbers(value));
  if (problems.length > 0) throw invalidForm(problems);
}
