import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { areCommandsEqual } from '../register-commands.ts';
import { actions } from './custom-id.ts';
import { handlers } from './find-handler.ts';
import { commands, components } from './registry.ts';

const definitions = commands.map(({ definition }) => definition);
const slashNamePattern = /^[-_'\p{Ll}\p{N}]{1,32}$/u;

function* walk(value: unknown): Generator<Record<string, unknown>> {
  if (Array.isArray(value)) for (const item of value) yield* walk(item);
  else if (typeof value === 'object' && value !== null) {
    const record: Record<string, unknown> = { ...value };
    if (typeof record.name === 'string') yield record;
    yield* walk(record.options ?? []);
  }
}

type Options = {
  name: string;
  type: number;
  required?: boolean;
  autocomplete?: boolean;
  options?: Options[];
};

/** Every command and subcommand that can be sent, with its own options. */
function listLeaves(
  name: string,
  options: readonly Options[],
): { name: string; options: readonly Options[] }[] {
  const nested = options.filter(({ type }) => type <= 2);
  if (nested.length === 0) return [{ name, options }];
  return nested.flatMap((option) => listLeaves(`${name} ${option.name}`, option.options ?? []));
}

const leaves = definitions.flatMap((definition) =>
  listLeaves(
    definition.name,
    z.array(z.custom<Options>()).parse('options' in definition ? definition.options : []),
  ),
);

describe('each command', () => {
  test.each(definitions.map((definition) => [definition.name, definition] as const))(
    '/%s stays within the limits',
    (_name, definition) => {
      for (const part of walk(definition)) {
        if (definition.type === 1) expect(part.name).toMatch(slashNamePattern);
        if (typeof part.description === 'string') {
          expect(part.description.length).toBeGreaterThan(0);
          expect(part.description.length).toBeLessThanOrEqual(100);
          expect(part.description_localizations).toMatchObject({ 'en-US': part.description });
        }
      }
      expect(JSON.stringify(definition).length).toBeLessThan(8_000);
    },
  );

  test('lists required options first', () => {
    for (const { options } of leaves) {
      const isRequired = options.map((option) => option.required === true);
      expect(isRequired).toEqual([...isRequired].sort((left, right) => Number(right) - Number(left)));
    }
  });

  test('and subcommand that Discord shows has one answer, and no others have', () => {
    expect(leaves.map(({ name }) => name).toSorted()).toEqual([...handlers.keys()].toSorted());
  });

  test('that have autocomplete options can complete them', () => {
    for (const { name, options } of leaves) {
      const needsCompletion = options.some((option) => option.autocomplete === true);
      const completes = handlers.get(name)?.complete !== undefined;
      expect({ name, completes }).toEqual({ name, completes: needsCompletion });
    }
  });

  test('for staff is on servers only, and hidden from members without Manage Server', () => {
    const staff = definitions.filter(({ name }) => name === 'admin');
    expect(staff).toMatchObject([{ default_member_permissions: '32', contexts: [0] }]);
  });
});

test('names are unique', () => {
  const names = definitions.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('each button and form that can be sent is answered by one component', () => {
  const answered = components.map(({ action }) => action);
  expect(answered.toSorted()).toEqual(
    Object.values(actions)
      .map(({ id }) => id)
      .toSorted(),
  );
  expect(new Set(answered).size).toBe(answered.length);
});

describe('areCommandsEqual', () => {
  /** Mimics the fields that Discord adds to a command and its form for omitted ones. */
  const registered = definitions.map((definition) => ({
    ...definition,
    id: '1',
    version: '2',
    application_id: '3',
    default_member_permissions: definition.default_member_permissions ?? null,
    nsfw: false,
    description: 'description' in definition ? definition.description : '',
    options: 'options' in definition ? definition.options : [],
  }));

  test('ignores fields that Discord adds', () => {
    expect(areCommandsEqual(registered.toReversed(), definitions)).toBe(true);
  });

  test('detects a changed description, a missing and an extra command', () => {
    const changed = registered.map((command, index) =>
      index === 0 ? { ...command, description: 'else' } : command,
    );
    expect(areCommandsEqual(changed, definitions)).toBe(false);
    expect(areCommandsEqual(registered.slice(1), definitions)).toBe(false);
    expect(areCommandsEqual([...registered, { name: 'old', type: 1, description: 'x' }], definitions)).toBe(
      false,
    );
  });

  test('treats an answer that is not a list as different', () => {
    expect(areCommandsEqual({ message: 'no' }, definitions)).toBe(false);
  });
});
