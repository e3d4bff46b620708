import { describe, expect, it } from 'vitest';
import { checkExpression, evaluateExpression } from './evaluate.ts';
import { evaluateKey, isTriggerMatch, isWaitMatch } from './match-expression.ts';

const event = {
  id: '1',
  name: 'deal/closed',
  ts: 5,
  data: { id: 'x', n: 5, f: 1.5, tags: ['a', 'b'], nested: { k: 1 }, nothing: null, yes: true, text: 'Ava' },
};

describe('expressions', () => {
  it.each([
    ['event.data.id == "x"', true],
    ['event.data.n == 5.0', true],
    ['event.data.n > 4.5', true],
    ['event.data.n + 1', 6],
    ['event.data.n % 2 == 1', true],
    ['-event.data.n', -5],
    ['event.data.id + "-" + event.data.n', 'x-5'],
    ['event.data.tags[1] == "b"', true],
    ['event.data["id"]', 'x'],
    ['"a" in event.data.tags', true],
    ['"k" in event.data.nested', true],
    ['event.data.nested == {"k": 1}', true],
    ['event.data.tags == ["a", "b"]', true],
    ['size(event.data.tags) == 2u', true],
    ['event.data.tags.exists(t, t == "b")', true],
    ['event.data.tags.all(t, t == "b")', false],
    ['event.data.tags.map(t, t + "!")', ['a!', 'b!']],
    ['event.data.tags.filter(t, t != "a")', ['b']],
    ['has(event.data.id) && !has(event.data.other)', true],
    ['event.data.yes ? "t" : "f"', 't'],
    ['event.data.text.startsWith("A") && event.data.text.matches("^A.a$")', true],
    ['lowercase(event.data.text)', 'ava'],
    ['json_parse("{\\"a\\": 1}").a', 1],
    ['event.data.other || event.data.id', 'x'],
    ['event.data.id && event.data.n', 5],
  ])('%s is %j', (expression, expected) => {
    expect(evaluateExpression(expression, { event })).toEqual(expected);
  });

  it.each([
    ['event.data.other == null', true],
    ['event.data.other != null', false],
    ['event.data.other == "x"', false],
    ['event.data.other != "x"', true],
    ['event.data.other == event.data.another', false],
    ['event.data.id.deep.deeper == 1', false],
    ['event.data.other < 3', true],
    ['event.data.other > 3', false],
    ['3 > event.data.other', true],
    ['event.data.other + "x"', 'x'],
    ['size(event.data.other)', 0],
    ['event.data.other.startsWith("x")', false],
    ['event.data.other', false],
    ['event.data.nothing == null', true],
    ['event.data.nothing < 1', true],
  ])('a missing path: %s is %j', (expression, expected) => {
    expect(evaluateExpression(expression, { event })).toEqual(expected);
  });

  it('throws on a type mismatch, and on invalid expressions', () => {
    expect(() => evaluateExpression('event.data.n > "x"', { event })).toThrow('no operator');
    expect(() => evaluateExpression('launch(event.data.n)', { event })).toThrow('no function');
    expect(() => checkExpression('event.data.(')).toThrow();
  });
});

describe('matching', () => {
  it('requires a true boolean; an error is no match', () => {
    expect(isTriggerMatch(undefined, event)).toBe(true);
    expect(isTriggerMatch('event.data.n', event)).toBe(false);
    expect(isTriggerMatch('event.data.n > "x"', event)).toBe(false);
  });

  it("treats keys missing from the run's own event as null: both missing is a match", () => {
    const later = { ...event, data: { n: 6 } };
    expect(isWaitMatch('event.data.other == async.data.other', event, later)).toBe(true);
    expect(isWaitMatch('event.data.id == async.data.id', event, later)).toBe(false);
    expect(isWaitMatch('async.data.n > event.data.n', event, later)).toBe(true);
  });

  it('makes keys of any value, and none of false', () => {
    expect(evaluateKey('event.data.nested', event)).toBe('{"k":1}');
    expect(evaluateKey('event.data.n', event)).toBe('5');
    expect(evaluateKey('event.data.n > 9', event)).toBeNull();
    expect(evaluateKey('event.data.n > "x"', event)).toBeNull();
  });
});
