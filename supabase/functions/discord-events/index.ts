import { z } from 'zod';
import { logFailure, logInfo } from '#domain/platform/log.ts';
import { endDeauthorisedLink } from '#store/identity/end-deauthorised-link.ts';
import { getStore } from '../_shared/create-store.ts';
import { readEnvironment } from '../_shared/environment.ts';
import { discordEventsEnvironment } from '../_shared/environments.ts';
import { readSignedBody } from '../_shared/read-signed-body.ts';

const { DISCORD_PUBLIC_KEY } = readEnvironment(discordEventsEnvironment);

/** Discord's times are UTC, with or without a suffix. */
const utcTime = z
  .string()
  .transform((text) => new Date(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`))
  .refine((time) => !Number.isNaN(time.getTime()))
  .transform((time) => time.toISOString());

const deauthorisation = z.object({
  type: z.literal('APPLICATION_DEAUTHORIZED'),
  timestamp: utcTime,
  data: z.object({ user: z.object({ id: z.string() }) }),
});
const payloadSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal(0) }),
  z.object({ type: z.literal(1), event: z.looseObject({ type: z.string() }) }),
]);

/**
 * The user revoked our access in Discord's settings: the link ends as if they had unlinked it here, unless
 * they consented again since.
 */
async function endLink({ timestamp, data }: z.output<typeof deauthorisation>): Promise<void> {
  const args = { discord_user_id: data.user.id, deauthorised_at: timestamp };
  const { player_id, has_ended } = await endDeauthorisedLink(getStore(), args);
  if (has_ended) logInfo('link ended by deauthorisation', { player_id });
}

/** Discord's webhook events. After any answer but a 204, Discord sends the event again for ten minutes. */
async function fetch(request: Request): Promise<Response> {
  try {
    const signed = await readSignedBody(request, DISCORD_PUBLIC_KEY);
    if (!signed.ok) return signed.response;
    const payload = payloadSchema.safeParse(signed.payload);
    if (!payload.success) return new Response('not an event we know', { status: 400 });
    const event = payload.data.type === 1 ? deauthorisation.safeParse(payload.data.event) : null;
    if (event?.success) await endLink(event.data);
    return new Response(null, { status: 204 });
  } catch (error) {
    logFailure('event not accepted; Discord will send it again', error);
    return new Response('internal error', { status: 500 });
  }
}

export default { fetch };
