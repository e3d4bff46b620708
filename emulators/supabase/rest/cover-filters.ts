// Filters in PostgREST's grammar: https://docs.postgrest.org/en/v14/references/api/url_grammar.html. The
// library parses them differently, guesses types and does not support quotes; so each value is located here
// by PostgREST's grammar and passed on in an unambiguous form. Anything that is not a filter by that grammar
// stays as it is, to be rejected.
import { coverArray, coverPlainText, coverText } from './filter-text.ts';

const notFilters = new Set(['select', 'order', 'limit', 'offset', 'on_conflict', 'columns', 'apikey']);
const embeddedNotFilter = /\.(order|limit|offset)$/;
const logicKey = /(^|\.)(and|or)$/;
const operation = /^(not\.)?([a-z]+)(\([^)]*\))?\.(.*)$/s;
const patterns = new Set(['like', 'ilike', 'match', 'imatch']);
const searches = new Set(['fts', 'plfts', 'phfts', 'wfts']);
const comparisons = new Set(['eq', 'neq', 'gt', 'gte', 'lt', 'lte', 'isdistinct']);
const setComparisons = new Set(['cs', 'cd', 'ov', 'sl', 'sr', 'nxl', 'nxr', 'adj']);
const operators = new Set([...comparisons, ...setComparisons, ...patterns, ...searches, 'in', 'is']);

/** The query of a URL with every filter value and function argument encoded. */
export function coverFilters(query: URLSearchParams, isCallByGet: boolean): URLSearchParams {
  const covered = new URLSearchParams();
  for (const [key, value] of query) {
    covered.append(key, isFilter(key) ? coverFilter(key, value, isCallByGet) : value);
  }
  return covered;
}

function isFilter(key: string): boolean {
  return !notFilters.has(key) && !embeddedNotFilter.test(key);
}

function coverFilter(key: string, value: string, isCallByGet: boolean): string {
  if (logicKey.test(key) && value.startsWith('(')) return new FilterReader(value).cover() ?? value;
  const parts = operation.exec(value);
  const [, not = '', name = '', option = '', operand = ''] = parts ?? [];
  if (!parts || !operators.has(name)) return isCallByGet ? coverPlainText(value) : value;
  const head = `${not}${name}${option}.`;
  if (name === 'in') return head + (new FilterReader(operand).coverWholeList() ?? operand);
  return head + coverOperand(name, option, operand);
}

function coverOperand(name: string, option: string, operand: string): string {
  if (name === 'is') return operand;
  if (searches.has(name)) return coverPlainText(operand);
  const isPattern = name === 'like' || name === 'ilike';
  const text = isPattern ? operand.replaceAll('*', '%') : operand;
  if (option === '(any)' || option === '(all)') return operand.startsWith('{') ? coverArray(text) : operand;
  return patterns.has(name) ? coverPlainText(text) : coverText(text);
}

/** Parses `(a.eq.1,or(b.eq.2,c.in.(3,4)))` from left to right. Each method returns null on a syntax error. */
class FilterReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  cover(): string | null {
    return this.#atEnd(this.#coverBranch());
  }

  /** The list of a filter that has nothing else: `(1,2)`. */
  coverWholeList(): string | null {
    return this.#atEnd(this.#coverList());
  }

  #atEnd(covered: string | null): string | null {
    return this.#text.slice(this.#at).trim() === '' ? covered : null;
  }

  #coverBranch(): string | null {
    return this.#coverItems(() => this.#coverNode());
  }

  /** Comma-separated items in parentheses. */
  #coverItems(coverItem: () => string | null): string | null {
    if (this.#take(/\(\s*/y) === null) return null;
    const items: string[] = [];
    do {
      const item = coverItem();
      if (item === null) return null;
      items.push(item);
    } while (this.#take(/\s*,\s*/y) !== null);
    return this.#take(/\s*\)\s*/y) === null ? null : `(${items.join(',')})`;
  }

  #coverNode(): string | null {
    const branch = this.#take(/(?:not\.)?(?:and|or)\s*(?=\()/y);
    if (branch !== null) {
      const covered = this.#coverBranch();
      return covered === null ? null : branch.trim() + covered;
    }
    const field = this.#take(/(?:"(?:[^"\\]|\\.)*"|[^".,()])(?:->>?|[^.,()])*\./sy);
    const head = this.#take(/(?:not\.)?[a-z]+(?:\([^)]*\))?\./y);
    if (field === null || head === null) return null;
    const [, , name = '', option = ''] = operation.exec(head) ?? [];
    if (!operators.has(name)) return null;
    if (name === 'in') {
      const list = this.#coverList();
      return list === null ? null : field + head + list;
    }
    return field + head + coverOperand(name, option, this.#takeValue());
  }

  #coverList(): string | null {
    if (this.#take(/\(\s*\)\s*/y) !== null) return '()';
    if (this.#take(/\(/y) === null) return null;
    const items: string[] = [];
    do {
      items.push(this.#takeQuoted() ?? this.#take(/[^,)]*/y) ?? '');
    } while (this.#take(/,/y) !== null);
    if (this.#take(/\)\s*/y) === null) return null;
    // PostgREST cannot tell a list of one empty text from an empty list.
    return items.length === 1 && items[0] === '' ? '()' : `(${items.map(coverText).join(',')})`;
  }

  /** A value within a tree ends with a comma or a parenthesis, unless it is quoted or an array. */
  #takeValue(): string {
    return this.#takeQuoted() ?? this.#take(/\{[^{}]*\}/y) ?? this.#take(/[^,)]*/y) ?? '';
  }

  #takeQuoted(): string | null {
    const quoted = this.#take(/"(?:[^"\\]|\\.)*"(?=[,)]|$)/sy);
    return quoted === null ? null : quoted.slice(1, -1).replaceAll(/\\(.)/gs, '$1');
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    if (found !== null) this.#at += found.length;
    return found;
  }
}
