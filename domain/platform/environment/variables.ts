import { z } from 'zod';

/** Where a process runs: in production, or on a developer's machine. */
export type Deployment = 'production' | 'local';

/** The kinds of variables, shared by all processes. */
export type Variables = ReturnType<typeof describeVariables>;

const loopback = /^(localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\])$/;
const discordApi = 'https://discord.com/api';

const text = z.string({ error: ({ input }) => (input === undefined ? 'is missing' : 'must be text') });

const matching = (pattern: RegExp, expected: string) => text.refine((value) => pattern.test(value), expected);

/** Text that is only allowed on a local stack. */
const isMadeHere = (value: string): boolean =>
  /^(sb_(secret|publishable)_local_|sandbox\.|local_|dsk_local_)/.test(value);

const notMadeHere = (schema: z.ZodType<string>) =>
  schema.refine((value) => !isMadeHere(value), 'is a secret of a local stack');

/** Defines each kind of variable for a deployment. */
export function describeVariables(deployment: Deployment) {
  const isLocal = deployment === 'local';
  const secret = (strict: z.ZodType<string>): z.ZodType<string> => (isLocal ? text : notMadeHere(strict));
  const address = isLocal ? localAddress : publicAddress;
  const key = (prefix: string) =>
    isLocal
      ? matching(new RegExp(`^${prefix}`), `must begin with ${prefix}`)
      : notMadeHere(
          matching(new RegExp(`^${prefix}[\\w-]{20,}$`), `must be ${prefix}… as the project has it`),
        );
  return {
    /**
     * An address where others reach a service: https, and not on this machine. In a local deployment, the
     * opposite applies.
     */
    address,
    publishableKey: key('sb_publishable_'),
    secretKey: key('sb_secret_'),
    publishableKeys: namedKeys(key('sb_publishable_')),
    secretKeys: namedKeys(key('sb_secret_')),
    discordApiUrl: discordAddress(isLocal).default(discordApi),
    discordId: matching(/^\d{17,20}$/, 'must be the application id, 17 to 20 digits'),
    discordPublicKey: matching(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits'),
    discordBotToken: secret(
      matching(/^[\w-]{20,}\.[\w-]{6,}\.[\w-]{27,}$/, 'must be a bot token, three parts separated by dots'),
    ),
    discordClientSecret: secret(matching(/^[\w-]{32,}$/, 'must be the OAuth secret, 32 characters or more')),
    discordInteractions: z.enum(['http', 'gateway'], 'must be http or gateway').default('http'),
    inngestEventKey: isLocal
      ? text.optional()
      : notMadeHere(matching(/^[\w-]{16,}$/, 'must be the event key, 16 characters or more')),
    inngestSigningKey: isLocal
      ? text.optional()
      : matching(/^(signkey-\w+-)?[0-9a-f]{32,}$/i, 'must be the signing key, signkey-… or hexadecimal'),
    inngestUrl: address.optional(),
    /** Validated only where it is enforced: in production. */
    inngestDev: text.optional(),
    host: text.optional(),
    port: matching(/^\d+$/, 'must be a port')
      .transform(Number)
      .pipe(z.number().min(1).max(65_535, 'must be a port')),
    proxyDepth: matching(/^[1-9]\d?$/, 'must be the number of proxies, at least 1')
      .transform(Number)
      .default(1),
    headerName: matching(/^[\w-]+$/, 'must be a header name').optional(),
    byteCount: matching(/^\d+[KMG]?$/, 'must be a number of bytes, such as 512K').optional(),
    /** Text that is parsed by another schema. */
    of: <T>(schema: z.ZodType<T, string>, expected: string) => readWith(schema, expected),
  };
}

const publicAddress = matching(/^https:\/\//, 'must begin with https://').refine(
  (value) => URL.canParse(value) && !loopback.test(new URL(value).hostname),
  'must be an address that others can reach',
);

const localAddress = text.refine(
  (value) => URL.canParse(value) && loopback.test(new URL(value).hostname),
  'must be an address of this machine, because DEPLOYMENT is local',
);

function discordAddress(isLocal: boolean) {
  const isAllowed = (value: string): boolean =>
    URL.canParse(value) &&
    (new URL(value).origin === new URL(discordApi).origin ||
      (isLocal && localAddress.safeParse(value).success));
  return text.refine(isAllowed, `must be ${discordApi}; a sandbox is only for a local stack`);
}

function namedKeys(key: z.ZodType<string>) {
  const keys = z.looseObject({ default: key });
  return text.refine((value) => {
    try {
      return keys.safeParse(JSON.parse(value)).success;
    } catch {
      return false;
    }
  }, 'must be JSON {"default": "…"} with a key of the right kind');
}

function readWith<T>(schema: z.ZodType<T, string>, expected: string) {
  return text.transform((value, context): T => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    context.addIssue(expected);
    return z.NEVER;
  });
}
