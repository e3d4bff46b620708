// Rotates the keys that Discord's tokens are sealed to; docs/04_environment_config.md has the procedure.
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { makeProductEnvironment } from '#dev/stack/environment.ts';
import { getPorts } from '#dev/stack/ports/ports.ts';
import { addTokenKey } from '#dev/stack/secrets/secrets.ts';
import { makeOpeningKey, openingKeysSchema, toSealingKey } from '#domain/identity/sealed-token.ts';
import { createStoreClient } from '#store/create-store-client.ts';
import { resealTokens } from './reseal-tokens.ts';

const environmentSchema = z.object({
  SUPABASE_URL: z.url(),
  SUPABASE_SECRET_KEY: z.string().min(1),
  TOKEN_SEALING_PRIVATE_KEYS: openingKeysSchema,
});

const { values } = parseArgs({
  options: {
    /** Print a new key followed by those of the environment, and change nothing. */
    new: { type: 'boolean', default: false },
    /** The data directory of a local stack: it gets a new key, and its tokens are sealed to it. */
    'data-dir': { type: 'string' },
    'port-offset': { type: 'string', default: '0' },
  },
});

async function printNewKey(current: string | undefined): Promise<void> {
  const key = await makeOpeningKey();
  const older = current ? openingKeysSchema.parse(current) : [];
  console.log('For the worker, first. These keys are secret:');
  console.log(`TOKEN_SEALING_PRIVATE_KEYS='${JSON.stringify({ keys: [key, ...older] })}'`);
  console.log('For the web app, once the worker runs with it:');
  console.log(`TOKEN_SEALING_PUBLIC_KEY='${JSON.stringify(toSealingKey(key))}'`);
}

function prepareLocalStack(dataDirectory: string, portOffset: number): Record<string, string> {
  const secrets = addTokenKey(dataDirectory);
  return makeProductEnvironment({ ports: getPorts(portOffset), portOffset, dataDirectory, secrets });
}

async function rotate(variables: Record<string, string | undefined>): Promise<void> {
  const environment = environmentSchema.safeParse(variables);
  if (!environment.success) {
    throw new Error(`the environment is incomplete:\n${z.prettifyError(environment.error)}`);
  }
  const { SUPABASE_URL, SUPABASE_SECRET_KEY, TOKEN_SEALING_PRIVATE_KEYS: keys } = environment.data;
  const [current, ...older] = keys;
  if (!current) throw new Error('there is no key to seal to');
  const store = createStoreClient(SUPABASE_URL, SUPABASE_SECRET_KEY);
  const { resealed, unreadable } = await resealTokens(store, [current, ...older]);
  console.log(`Sealed the tokens of ${resealed} Discord accounts to the key ${current.kid}.`);
  if (unreadable > 0) {
    console.error(
      `None of the keys opens the tokens of ${unreadable} accounts: keep looking for the missing key.`,
    );
    process.exitCode = 1;
  } else if (older.length > 0) {
    console.log(
      `Not needed any more once the web app seals to that key: ${older.map(({ kid }) => kid).join(', ')}.`,
    );
  }
}

const dataDirectory = values['data-dir'];
try {
  if (values.new) await printNewKey(process.env.TOKEN_SEALING_PRIVATE_KEYS);
  else if (dataDirectory === undefined) await rotate(process.env);
  else {
    await rotate(prepareLocalStack(dataDirectory, Number(values['port-offset'])));
    console.log('Restart the stack: until then its worker cannot open these tokens.');
  }
} catch (error) {
  console.error(`The keys were not rotated: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
