import { log } from '../../process/log.ts';
import { getErrorCode, isDatabaseDown } from '../is-database-down.ts';
import { keepUnprinted } from './quiet-console.ts';

/** The part of a database error that reaches the client. */
interface DatabaseError {
  code: string;
  message: string;
  details: string | null;
  hint: string | null;
}

/** PostgREST's response without a connection. */
export const databaseDown: DatabaseError = {
  code: 'PGRST001',
  message: 'Database client error. Retrying the connection.',
  details: null,
  hint: null,
};

/** An error in the form that the library converts to a response. */
class AnsweredError extends Error {
  readonly code: string;
  readonly detail: string | null;
  readonly hint: string | null;

  constructor(code: string, message: string, detail: string | null, hint: string | null) {
    super(message);
    this.code = code;
    this.detail = detail;
    this.hint = hint;
    keepUnprinted(this);
  }
}

// Codes that the library itself answers as PostgREST does; 42501 depends on the caller.
const answeredByLibrary = new Set(['42501', '42P01', '42703', '42883', '25006']);

const statusByCode = new Map([
  ['23503', 409],
  ['23505', 409],
  ['25006', 405],
  ['42P17', 500],
  ['53400', 500],
  ['57P01', 503],
  ['P0001', 400],
]);

const statusByClass = new Map([
  ['08', 503],
  ['09', 500],
  ['0L', 403],
  ['0P', 403],
  ['25', 500],
  ['28', 403],
  ['2D', 500],
  ['38', 500],
  ['39', 500],
  ['3B', 500],
  ['40', 500],
  ['53', 503],
  ['54', 500],
  ['55', 500],
  ['57', 500],
  ['58', 500],
  ['F0', 500],
  ['HV', 500],
  ['P0', 500],
  ['XX', 500],
]);

/** Gives database errors, the project's own SQLSTATEs included, PostgREST's status and body. */
export function normalizeDatabaseErrors(connection: { normalizeDbError: (error: unknown) => unknown }): void {
  keepUnprinted(connection);
  connection.normalizeDbError = (error) => {
    if (isDatabaseDown(error)) {
      return answer(503, databaseDown);
    }
    // An object argument with a "toString" property, which the driver cannot write as text.
    if (error instanceof TypeError && error.message.includes('primitive value')) {
      return answer(400, { code: '22P02', message: 'invalid input syntax', details: null, hint: null });
    }
    const described = describe(error);
    if (described === null) {
      if (error instanceof Error && 'relation' in error) keepUnprinted(error);
      return error;
    }
    const { code, message, details, hint } = described;
    const isLeft = answeredByLibrary.has(code) || code.startsWith('PT') || code === 'PGRST';
    return isLeft ? new AnsweredError(code, message, details, hint) : answer(getStatus(code), described);
  };
}

/** PostgREST's HTTP status for an SQLSTATE. */
export function getStatus(code: string): number {
  return statusByCode.get(code) ?? statusByClass.get(code.slice(0, 2)) ?? 400;
}

// The library uses an error of this form, which SQL functions can raise as well, as the whole response.
function answer(status: number, error: DatabaseError): AnsweredError {
  if (status >= 500 && error !== databaseDown)
    log('error', `The database answered ${error.code}: ${error.message}`);
  return new AnsweredError('PGRST', JSON.stringify(error), JSON.stringify({ status, headers: {} }), null);
}

function describe(error: unknown): DatabaseError | null {
  const code = getErrorCode(error);
  if (!(error instanceof Error) || code === null || !/^([0-9A-Z]{5}|PGRST)$/.test(code)) return null;
  return { code, message: error.message, details: read(error, 'detail'), hint: read(error, 'hint') };
}

function read(error: Error, name: 'detail' | 'hint'): string | null {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : null;
}
