import { expect, test } from 'vitest';
import { readGrantList } from './grant-forms.server.ts';

const header = 'player,credit_type,amount,reason';

test('a list is read by the names of its columns, in any order', () => {
  const text = 'reason,Player,amount,credit_type,expires_at\r\n"Well, done",pia,5,ai,2030-01-01\r\n';
  expect(readGrantList(text)).toEqual({
    lines: [
      {
        line: 2,
        player: 'pia',
        credit_type: 'ai',
        amount: '5',
        reason: 'Well, done',
        expires_at: '2030-01-01',
        effective_at: '',
      },
    ],
  });
});

test.each([
  ['player,amount\npia,1', 'The first line must name the columns. Missing: credit_type, reason.'],
  [`${header},colour\npia,ai,1,x,red`, 'These columns are not known: colour.'],
  [header, 'There is no line below the names of the columns.'],
  [`${header}\npia,ai,1,x\nzoe,ai,1`, 'Line 3 has 3 cells instead of 4.'],
  [`${header}\n"pia,ai,1,x`, 'Line 2: A quote is not closed, or not doubled inside quotes.'],
  [`${header}\n${'pia,ai,1,x\n'.repeat(2_001)}`, 'A list has at most 2,000 lines. Split it.'],
])('%j is not read', (text, problem) => {
  expect(readGrantList(text)).toEqual({ problem });
});
