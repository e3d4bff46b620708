import { toStorable } from '../text/storable-text.ts';
import { redactText } from './redact-text.ts';

/** A value as it is stored: without secrets, and small. */
interface Reportable {
  value: unknown;
  /** Nothing was redacted or left out. */
  isWhole: boolean;
}

/** The same names as in `platform.redact_secrets`. */
const secretName = /(secret|token|password|cipher|key_hash|authorization)/i;
const depthMax = 12;
const nodeCountMax = 2_000;
const beginningLength = 1_000;

/** A JSON value without secrets: fields that are named like one, and texts that look like one. */
export function toReportable(given: unknown, lengthMax: number): Reportable {
  let nodeCount = 0;
  let isWhole = true;

  function leaveOut(mark: string): string {
    isWhole = false;
    return mark;
  }

  function copyText(text: string): string {
    if (text.length > lengthMax) return leaveOut(`${redactText(text.slice(0, beginningLength))}…`);
    const redacted = redactText(text);
    return redacted === text ? text : leaveOut(redacted);
  }

  function copy(value: unknown, depth: number): unknown {
    nodeCount += 1;
    if (nodeCount > nodeCountMax || depth > depthMax) return leaveOut('…');
    if (typeof value === 'string') return copyText(value);
    if (typeof value === 'boolean' || value === null || value === undefined) return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : null;
    if (typeof value !== 'object') return leaveOut(String(value));
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
    if (Array.isArray(value)) return copyList(value, depth);
    return Object.fromEntries(
      Object.entries(value)
        .slice(0, nodeCountMax)
        .map(([key, field]) => [
          copyText(key),
          secretName.test(key) ? leaveOut('[redacted]') : copy(field, depth + 1),
        ]),
    );
  }

  function copyList(values: unknown[], depth: number): unknown[] {
    const room = Math.max(nodeCountMax - nodeCount, 0);
    const copied = values.slice(0, room).map((value) => copy(value, depth + 1));
    return values.length > room ? [...copied, leaveOut('…')] : copied;
  }

  const value = copy(given, 0) ?? null;
  const text = JSON.stringify(value);
  if (text.length <= lengthMax) return { value, isWhole };
  return {
    value: { is_shortened: true, length: text.length, beginning: toStorable(text.slice(0, beginningLength)) },
    isWhole: false,
  };
}
