import { isDeepStrictEqual } from 'node:util';
import { unknownValue } from './functions.ts';

/** With an unknown operand: equal to null only, never to another unknown; less than everything. */
function combineUnknown(operator: string, left: unknown, right: unknown): unknown {
  const other = left === unknownValue ? right : left;
  switch (operator) {
    case '==':
      return other === null;
    case '!=':
      return other !== null;
    case '<':
    case '<=':
      return left === unknownValue;
    case '>':
    case '>=':
      return left !== unknownValue;
    case '+':
      return other === unknownValue ? false : other;
    default:
      return false;
  }
}

function zeroOf(value: unknown): unknown {
  if (typeof value === 'string') return '';
  return typeof value === 'boolean' ? false : 0;
}

function isMember(value: unknown, collection: unknown): boolean {
  if (Array.isArray(collection)) return collection.some((item) => isDeepStrictEqual(item, value));
  return typeof collection === 'object' && collection !== null && Object.hasOwn(collection, String(value));
}

function order<T extends string | number>(operator: string, left: T, right: T): boolean | undefined {
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default:
      return undefined;
  }
}

function calculate(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    default:
      return undefined;
  }
}

/** Result of a binary operator. Throws if the operand types do not support it. */
export function combine(operator: string, rawLeft: unknown, rawRight: unknown): unknown {
  if (rawLeft === unknownValue || rawRight === unknownValue)
    return combineUnknown(operator, rawLeft, rawRight);
  if (operator === '==') return isDeepStrictEqual(rawLeft, rawRight);
  if (operator === '!=') return !isDeepStrictEqual(rawLeft, rawRight);
  if (operator === 'in') return isMember(rawLeft, rawRight);
  const left = rawLeft === null ? zeroOf(rawRight) : rawLeft;
  const right = rawRight === null ? zeroOf(rawLeft) : rawRight;
  let result: unknown;
  if (typeof left === 'number' && typeof right === 'number') {
    result = order(operator, left, right) ?? calculate(operator, left, right);
  } else if (typeof left === 'boolean' && typeof right === 'boolean') {
    result = order(operator, Number(left), Number(right));
  } else if (operator === '+' && (typeof left === 'string' || typeof right === 'string')) {
    result = `${left}${right}`;
  } else if (typeof left === 'string' && typeof right === 'string') {
    result = order(operator, left, right);
  }
  if (result === undefined) throw new TypeError(`no operator ${typeof left} ${operator} ${typeof right}`);
  return result;
}
