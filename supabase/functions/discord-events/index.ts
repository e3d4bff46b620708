import { z } from 'zod';
import { logFailure, logInfo } from '#bot/log.ts';
import { findPlayerByDiscord } from '#store/identity/find-player-by-discord.ts';
import { unlinkDiscord } from '#store/identity/unlink-discord.ts';
import { getStore } from '../_shared/create-store.ts';
import { readEnvironment } from '../_shared/environment.ts';
import { readSignedBody } from '../_shared/read-signed-body.ts';

const deauthorisation = z.object({
  type: z.literal('APPLICATION_DEAUTHORIZED'),
  data: z.object({ user: z.object({ id: z.string() }) }),
});
const payloadSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal(0) }),
  z.object({ type: z.literal(1), event: z.looseObject({ type: z.string() }) }),
]);

/** Somebody took our access away in Discord's settings: the link ends as if they had unlinked here. */
async function endLink(discord_user_id: string): Promise<void> {
  const player = await findPlayerByDiscord(getStore(), { discord_user_id });
  if (!player) return;
  const args = { acting_player_id: player.player_id, source: 'discord' };
  const outcome = await unlinkDiscord(getStore(), args);
  if (outcome.ok) logInfo('link ended by deauthorisation', { player_id: player.player_id });
  else throw new Error(`the link was not ended: ${outcome.refusal.code}`);
}

/** Discord's webhook events. Anything but 204 makes Discord send the event again, for ten minutes. */
async function fetch(request: Request): Promise<Response> {
  try {
    const { DISCORD_PUBLIC_KEY } = readEnvironment({ DISCORD_PUBLIC_KEY: z.string() });
    const signed = await readSignedBody(request, DISCORD_PUBLIC_KEY);
    if (!signed.ok) return signed.response;
    const payload = payloadSchema.safeParse(signed.payload);
    if (!payload.success) return new Response('not an event we know', { status: 400 });
    const event = payload.data.type === 1 ? deauthorisation.safeParse(payload.data.event) : null;
    if (event?.success) await endLink(event.data.data.user.id);
    return new Response(null, { status: 204 });
  } catch (error) {
    logFailure('event not taken in; Discord sends it again', error);
    return new Response('internal error', { status: 500 });
  }
}

export default { fetch };
