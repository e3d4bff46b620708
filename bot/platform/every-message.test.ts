import { glob } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { hostileTexts } from '#domain/platform/testing/hostile-texts.ts';
import { handlers } from '../interactions/find-handler.ts';
import { components } from '../interactions/registry.ts';
import { interactionSamples, runInteraction } from '../testing/interaction-samples.ts';
import { measureMessage } from '../testing/measure-message.ts';
import { messageSamples, textlessBuilders } from '../testing/message-samples.ts';
import { findLiveMarkup, listChosenTexts, listTexts, removeChosenText } from '../testing/shown-parts.ts';
import { messageLimits } from './message.ts';

const botDirectory = path.join(import.meta.dirname, '..');
const builders: string[] = [];
beforeAll(async () => {
  for await (const file of glob('{credits,identity,leaderboard,notifications,platform,roles}/**/*.ts', {
    cwd: botDirectory,
  })) {
    if (file.endsWith('.test.ts')) continue;
    const exported: Record<string, unknown> = await import(/* @vite-ignore */ path.join(botDirectory, file));
    builders.push(...Object.keys(exported).filter((name) => name.startsWith('build')));
  }
});

const chosen = fc.oneof(
  fc.constantFrom(...hostileTexts.filter(Boolean)),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 120 }),
  fc
    .tuple(fc.constantFrom(...hostileTexts), fc.constantFrom(...hostileTexts, 'Pia'))
    .map(([one, other]) => `${one} ${other}`),
);

/** Our own text is the same whatever people chose, and what they chose renders as plain text only. */
function expectHarmless(body: unknown, harmless: unknown): void {
  const { formatted, plain } = listTexts(body);
  const expected = listTexts(harmless);
  expect(formatted.map(removeChosenText)).toEqual(expected.formatted.map(removeChosenText));
  expect(plain.map(removeChosenText)).toEqual(expected.plain.map(removeChosenText));
  for (const text of [...formatted, ...plain]) {
    // Isolation marks are the only invisible characters. An isolate ends on its own line and does not nest.
    expect(text).not.toMatch(/(?![\n\u2068\u2069])[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
    expect(text.isWellFormed()).toBe(true);
    for (const line of text.split('\n'))
      expect(line.replace(/\u2068[^\u2068\u2069]*\u2069/g, '')).not.toMatch(/[\u2068\u2069]/);
  }
  for (const text of formatted) {
    const { escaped, code } = listChosenTexts(text);
    for (const part of escaped) expect([part, findLiveMarkup(part)]).toEqual([part, []]);
    for (const part of code) expect(part).not.toContain('`');
  }
  for (const label of plain) expect(label.length).toBeLessThanOrEqual(100);
}

function expectWithinLimits(message: unknown): void {
  if (typeof message !== 'object' || message === null || !('components' in message && 'flags' in message))
    return;
  const components = Array.isArray(message.components) ? message.components : [];
  const measured = measureMessage({ components });
  expect(measured.component_count).toBeLessThanOrEqual(messageLimits.componentCountMax);
  expect(measured.text_length).toBeLessThanOrEqual(messageLimits.textLengthMax);
  expect(message).toMatchObject({ allowed_mentions: { parse: [] } });
}

describe('every message', () => {
  test('that can be built is covered here', () => {
    const tried = Object.keys(messageSamples);
    expect(builders.filter((name) => !textlessBuilders.has(name)).toSorted()).toEqual(tried.toSorted());
    expect([...textlessBuilders].filter((name) => !builders.includes(name))).toEqual([]);
  });

  test.each(Object.entries(messageSamples))('of %s reads the same, whatever people chose', (_name, build) => {
    const harmless = build('Pia');
    fc.assert(
      fc.property(chosen, (text) => {
        for (const [index, message] of build(text).entries()) {
          expectHarmless(message, harmless[index]);
          expectWithinLimits(message);
        }
      }),
      { numRuns: 100, examples: hostileTexts.filter(Boolean).map((text): [string] => [text]) },
    );
  });
});

describe('every answer', () => {
  test('of a command, a suggestion, a button or a form is covered here', () => {
    const names = [
      ...handlers.keys(),
      ...[...handlers].flatMap(([name, { complete }]) => (complete ? [`${name} …`] : [])),
      ...components.map(({ action }) => `#${action}`),
    ];
    expect(Object.keys(interactionSamples).toSorted()).toEqual(names.toSorted());
  });

  test.each(Object.entries(interactionSamples))(
    'of %s reads the same, whatever people chose',
    async (_name, samples) => {
      for (const sample of samples) {
        const harmless = await runInteraction(sample, 'Pia');
        const { formatted, plain } = listTexts(harmless);
        expect([...formatted, ...plain]).not.toEqual([]);
        for (const text of hostileTexts.filter(Boolean)) {
          const body = await runInteraction(sample, text);
          expectHarmless(body, harmless);
          expectWithinLimits(body);
        }
      }
    },
  );
});
