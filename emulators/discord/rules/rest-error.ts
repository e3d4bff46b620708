import type { JsonObject } from '../state/records.ts';

/** A refusal in Discord's format; the HTTP front sends it as the response. */
export class RestError extends Error {
  readonly status: number;
  readonly code: number;
  readonly errors: JsonObject | undefined;

  constructor(status: number, code: number, message: string, errors?: JsonObject, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  /** The body as sent over the wire. */
  toBody(): JsonObject {
    const body: JsonObject = { message: this.message, code: this.code };
    if (this.errors) body.errors = this.errors;
    return body;
  }
}

export interface FieldError {
  path: readonly PropertyKey[];
  code: string;
  message: string;
}

/** 400 with code 50035 and each problem at its path in the body. */
export function invalidForm(problems: readonly FieldError[]): RestError {
  const errors: JsonObject = {};
  for (const problem of problems) {
    let at = errors;
    for (const segment of problem.path) {
      const inner = at[String(segment)];
      const next = isObject(inner) ? inner : {};
      at[String(segment)] = next;
      at = next;
    }
    const known = at._errors;
    at._errors = [...(Array.isArray(known) ? known : []), { code: problem.code, message: problem.message }];
  }
  return new RestError(400, 50035, 'Invalid Form Body', errors);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const unauthorized = () => new RestError(401, 0, '401: Unauthorized');
export const missingAccess = () => new RestError(403, 50001, 'Missing Access');
export const missingPermissions = () => new RestError(403, 50013, 'Missing Permissions');
export const unknownChannel = () => new RestError(404, 10003, 'Unknown Channel');
export const unknownApplication = () => new RestError(404, 10002, 'Unknown Application');
export const unknownGuild = () => new RestError(404, 10004, 'Unknown Guild');
export const unknownMember = () => new RestError(404, 10007, 'Unknown Member');
export const unknownMessage = () => new RestError(404, 10008, 'Unknown Message');
export const unknownRole = () => new RestError(404, 10011, 'Unknown Role');
export const unknownUser = () => new RestError(404, 10013, 'Unknown User');
export const unknownWebhook = () => new RestError(404, 10015, 'Unknown Webhook');
export const unknownInteraction = () => new RestError(404, 10062, 'Unknown interaction');
export const unknownCommand = () => new RestError(404, 10063, 'Unknown application command');
export const invalidWebhookToken = () => new RestError(401, 50027, 'Invalid Webhook Token');
export const alreadyAcknowledged = () =>
  new RestError(400, 40060, 'Interaction has already been acknowledged.');
