import fc from 'fast-check';
import { z } from 'zod';
import { commands, components } from '#bot/interactions/registry.ts';
import { hostileJson, hostileText } from './hostile-values.ts';

const applicationId = '1290000000000000001';
const snowflake = fc.bigInt({ min: 10n ** 17n, max: 10n ** 18n }).map(String);
const oddSnowflake = fc.oneof(
  { weight: 9, arbitrary: snowflake },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '0',
      '1',
      '18446744073709551615',
      '9223372036854775808',
      '99999999999999999999',
    ),
  },
);

/** A value, sometimes replaced by something else. */
const nearly = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 15, arbitrary: value }, { weight: 1, arbitrary: hostileJson });

const optionValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileText },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(
      'all-time',
      'pia',
      'ai',
      1,
      100,
      -1,
      1.5,
      2 ** 53,
      1e300,
      true,
      false,
    ),
  },
);

interface Option {
  name: string;
  type: number;
  options?: Option[];
}

/** Options in the subcommand that holds them, if it is one. */
function optionsOf(known: readonly Option[]): fc.Arbitrary<unknown[]> {
  const nested = known.filter(({ type }) => type <= 2);
  if (nested.length > 0) {
    return fc
      .constantFrom(...nested)
      .chain(({ name, type, options = [] }) =>
        optionsOf(options).map((inside) => [{ name, type, options: inside }]),
      );
  }
  const option = fc.record({
    name: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...known.map(({ name }) => name), 'board') },
      { weight: 1, arbitrary: hostileText },
    ),
    type: nearly(fc.constantFrom(1, 2, 3, 4, 5, 6)),
    value: optionValue,
    focused: fc.boolean(),
  });
  return fc.array(option, { maxLength: 4 });
}

const knownOptions = z.array(z.custom<Option>()).catch([]);

function commandOptions(): fc.Arbitrary<{ name: string; options: unknown }> {
  return fc.constantFrom(...commands).chain(({ definition }) => {
    const known = knownOptions.parse('options' in definition ? definition.options : []);
    return optionsOf(known).map((options) => ({ name: definition.name, options }));
  });
}

/** The `custom_id` of one of our buttons or forms, with a state that we did not write. */
const customId: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...components.map(({ action }) => action)),
        fc.array(hostileText, { maxLength: 5 }),
      )
      .map(([action, args]) =>
        [action, 'v1', ...args.map((arg) => encodeURIComponent(arg.toWellFormed()))].join(':'),
      ),
  },
  { weight: 1, arbitrary: hostileText },
);

const fields = fc.array(
  fc.record(
    {
      component: fc.record(
        {
          custom_id: fc.oneof(fc.constantFrom('amount', 'reason', 'type', 'comment'), hostileText),
          value: hostileText,
          values: fc.array(hostileText, { maxLength: 2 }),
        },
        { requiredKeys: ['custom_id'] },
      ),
    },
    { requiredKeys: [] },
  ),
  { maxLength: 4 },
);

/** Payloads that Discord might post to the interactions endpoint, and some that it never would. */
export function interactionPayload(): fc.Arbitrary<unknown> {
  const user = fc.record({ id: oddSnowflake, username: hostileText, global_name: hostileText });
  const source = {
    id: nearly(oddSnowflake),
    application_id: nearly(fc.constant(applicationId)),
    token: nearly(fc.string({ minLength: 1, maxLength: 40 })),
    guild_id: nearly(oddSnowflake),
    channel_id: nearly(oddSnowflake),
    locale: nearly(fc.constantFrom('en-US', 'de', 'xx-YY', '')),
    member: nearly(fc.record({ user, permissions: nearly(fc.constantFrom('0', '8', '-1', '1e9')) })),
    user: nearly(user),
  };
  const command = commandOptions().chain(({ name, options }) =>
    fc.record({
      ...source,
      type: fc.constantFrom(2, 4),
      data: nearly(
        fc.record({
          name: nearly(fc.constant(name)),
          type: fc.constantFrom(1, 2, 3),
          options: nearly(fc.constant(options)),
          target_id: oddSnowflake,
        }),
      ),
    }),
  );
  const component = fc.record({
    ...source,
    type: fc.constant(3),
    data: nearly(fc.record({ custom_id: customId, values: nearly(fc.array(hostileText, { maxLength: 3 })) })),
    message: nearly(fc.record({ id: oddSnowflake, flags: nearly(fc.constantFrom(0, 64)) })),
  });
  const modal = fc.record({
    ...source,
    type: fc.constant(5),
    data: nearly(fc.record({ custom_id: customId, components: nearly(fields) })),
  });
  return fc.oneof(
    { weight: 6, arbitrary: command },
    { weight: 6, arbitrary: component },
    { weight: 5, arbitrary: modal },
    { weight: 1, arbitrary: hostileJson },
  );
}

/** Payloads that Discord might post to the webhook events endpoint. */
export function webhookEvent(): fc.Arbitrary<unknown> {
  const event = fc.record({
    type: nearly(fc.constant('APPLICATION_DEAUTHORIZED')),
    data: nearly(fc.record({ user: nearly(fc.record({ id: nearly(oddSnowflake) })) })),
  });
  return nearly(fc.record({ type: nearly(fc.constantFrom(0, 1)), event: nearly(event) }));
}
