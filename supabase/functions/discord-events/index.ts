import { z } from 'zod';
import { logInfo } from '#domain/platform/log.ts';
import { endDeauthorisedLink } from '#store/identity/end-deauthorised-link.ts';
import { getStore } from '../_shared/create-store.ts';
import { readEnvironment } from '../_shared/environment.ts';
import { discordEventsEnvironment } from '../_shared/environments.ts';
import { ProblemError } from '../_shared/problem.ts';
import { readSignedBody } from '../_shared/read-signed-body.ts';
import { serveRequests } from '../_shared/serve-requests.ts';

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
async function answer(request: Request): Promise<Response> {
  const payload = payloadSchema.safeParse(await readSignedBody(request, DISCORD_PUBLIC_KEY));
  if (!payload.success) {
    throw new ProblemError({
      status: 400,
      code: 'event_unknown',
      title: 'This is not a webhook event.',
      detail: 'Send what Discord describes under Webhook Events.',
    });
  }
  const event = payload.data.type === 1 ? deauthorisation.safeParse(payload.data.event) : null;
  if (event?.success) await endLink(event.data);
  return new Response(null, { status: 204 });
}

export default serveRequests(answer, {
  status: 500,
  code: 'event_not_recorded',
  title: 'The event was not recorded.',
  detail: 'Send it again.',
});
