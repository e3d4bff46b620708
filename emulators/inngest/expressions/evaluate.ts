import { type ASTNode, parse } from '@marcbachmann/cel-js';
import { expressionFunctions, expressionMethods, isTruthy, unknownValue } from './functions.ts';
import { combine } from './operators.ts';

// The parser is a library's; the evaluator is our own, because no library treats a missing key as Inngest
// does.

type Variables = Record<string, unknown>;
interface Scope {
  variables: Variables;
  /** Variables whose missing paths are null instead of unknown. */
  nullRoots: readonly string[];
}

function findRoot(node: ASTNode): string | null {
  if (node.op === 'id') return node.args;
  return node.op === '.' || node.op === '[]' ? findRoot(node.args[0]) : null;
}

function readPath(node: ASTNode, holder: unknown, key: unknown, scope: Scope): unknown {
  const missing = scope.nullRoots.includes(findRoot(node) ?? '') ? null : unknownValue;
  if (typeof holder !== 'object' || holder === null) return missing;
  const name = String(key);
  return Object.hasOwn(holder, name) ? Reflect.get(holder, name) : missing;
}

function literal(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) return Number(value);
  return value;
}

function callFunction(name: string, args: ASTNode[], scope: Scope): unknown {
  const values = args.map((arg) => evaluateNode(arg, scope));
  if (name === 'has') return values[0] !== unknownValue;
  const call = expressionFunctions.get(name);
  if (call === undefined) throw new TypeError(`there is no function ${name}`);
  if (values.includes(unknownValue)) return name === 'size' ? 0 : false;
  return call(...values);
}

const macros = new Set(['exists', 'exists_one', 'all', 'filter', 'map']);

function callMacro(name: string, holder: unknown, args: ASTNode[], scope: Scope): unknown {
  const [variable, body] = [args[0], args.at(-1)];
  if (variable?.op !== 'id' || body === undefined)
    throw new TypeError(`${name} takes a variable and an expression`);
  const items: unknown[] = Array.isArray(holder) ? holder : Object.keys(Object(holder));
  const visit = (item: unknown) =>
    evaluateNode(body, { ...scope, variables: { ...scope.variables, [variable.args]: item } });
  if (name === 'map') return items.map(visit);
  const chosen = items.filter((item) => isTruthy(visit(item)));
  if (name === 'filter') return chosen;
  if (name === 'exists') return chosen.length > 0;
  return name === 'all' ? chosen.length === items.length : chosen.length === 1;
}

function callMethod(name: string, receiver: ASTNode, args: ASTNode[], scope: Scope): unknown {
  const holder = evaluateNode(receiver, scope);
  const isAbsent = holder === unknownValue || holder === null;
  if (macros.has(name)) return callMacro(name, isAbsent ? [] : holder, args, scope);
  const call = expressionMethods.get(name);
  if (call === undefined) throw new TypeError(`there is no method ${name}`);
  const values = args.map((arg) => evaluateNode(arg, scope));
  if (isAbsent || values.includes(unknownValue)) return name === 'size' ? 0 : false;
  return call(holder, ...values);
}

function evaluateNode(node: ASTNode, scope: Scope): unknown {
  switch (node.op) {
    case 'value':
      return literal(node.args);
    case 'id':
      return Object.hasOwn(scope.variables, node.args) ? scope.variables[node.args] : unknownValue;
    case '.':
    case '.?':
      return readPath(node, evaluateNode(node.args[0], scope), node.args[1], scope);
    case '[]':
    case '[?]':
      return readPath(node, evaluateNode(node.args[0], scope), evaluateNode(node.args[1], scope), scope);
    case 'list':
      return node.args.map((item) => evaluateNode(item, scope));
    case 'map':
      return Object.fromEntries(
        node.args.map(([key, value]) => [String(evaluateNode(key, scope)), evaluateNode(value, scope)]),
      );
    case '!_':
      return !isTruthy(evaluateNode(node.args, scope));
    case '-_':
      return -Number(evaluateNode(node.args, scope));
    case '||': {
      const left = evaluateNode(node.args[0], scope);
      return isTruthy(left) ? left : evaluateNode(node.args[1], scope);
    }
    case '&&': {
      const left = evaluateNode(node.args[0], scope);
      return isTruthy(left) ? evaluateNode(node.args[1], scope) : left;
    }
    case '?:':
      return evaluateNode(isTruthy(evaluateNode(node.args[0], scope)) ? node.args[1] : node.args[2], scope);
    case 'call':
      return callFunction(node.args[0], node.args[1], scope);
    case 'rcall':
      return callMethod(node.args[0], node.args[1], node.args[2], scope);
    default:
      return combine(node.op, evaluateNode(node.args[0], scope), evaluateNode(node.args[1], scope));
  }
}

const parsed = new Map<string, ASTNode>();
const maxParsed = 1_000;

function parseExpression(expression: string): ASTNode {
  const known = parsed.get(expression);
  if (known !== undefined) return known;
  const { ast } = parse(expression);
  if (parsed.size >= maxParsed) parsed.clear();
  parsed.set(expression, ast);
  return ast;
}

/** Throws with the parser's message if the text is not an expression. */
export function checkExpression(expression: string): void {
  parseExpression(expression);
}

/** Value of an expression; a missing path is `false`. Throws on a type mismatch or a syntax error. */
export function evaluateExpression(
  expression: string,
  variables: Variables,
  nullRoots: readonly string[] = [],
): unknown {
  const value = evaluateNode(parseExpression(expression), { variables, nullRoots });
  return value === unknownValue ? false : value;
}
