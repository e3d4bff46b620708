// The official client libraries, configured with addresses and keys only.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createClient } from '@supabase/supabase-js';
import { Client, Events, GatewayIntentBits } from 'discord.js';
import { Inngest } from 'inngest';
import { serve } from 'inngest/node';
import postgres from 'postgres';
import { afterEach, expect, inject, test, vi } from 'vitest';
import { z } from 'zod';
import { channelIds, guildId, roleIds } from '../seed/discord-community.ts';
import { personaPassword } from '../seed/personas.ts';
import { personaIds } from '../seed/players.ts';

const { environment, secrets, superuserUrl } = inject('stack');
const supabaseUrl = environment.SUPABASE_URL ?? '';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  vi.unstubAllEnvs();
});

test('@supabase/supabase-js signs in, reads as the player, and receives a refresh over @supabase/realtime-js', async () => {
  const client = createClient(supabaseUrl, secrets.publishable_key);
  closing.push(() => client.removeAllChannels());
  const asAnybody = await client.from('credit_policies').select('credit_type');
  expect(asAnybody.status).toBe(401);

  const { data, error } = await client.auth.signInWithPassword({
    email: 'pia@dealscale.local',
    password: personaPassword,
  });
  expect(error).toBeNull();
  expect(data.user?.email).toBe('pia@dealscale.local');
  closing.push(() => client.auth.signOut({ scope: 'local' }));

  const policies = await client.from('credit_policies').select('credit_type').order('credit_type');
  expect(policies.data).toEqual([{ credit_type: 'ai' }, { credit_type: 'lead' }]);
  const profile = await client.rpc('get_own_profile');
  expect(profile.data).toMatchObject({ player: { username: 'pia' } });

  const refreshed = Promise.withResolvers<unknown>();
  const channel = client.channel('board:all-time', { config: { private: true } });
  channel.on('broadcast', { event: 'board_refreshed' }, ({ payload }) => refreshed.resolve(payload));
  await new Promise<void>((resolve, reject) => {
    channel.subscribe((status, reason) => {
      if (status === 'SUBSCRIBED') resolve();
      else reject(reason ?? new Error(status));
    });
  });
  await reportDeal();
  expect(await refreshed.promise).toMatchObject({ board: 'all-time' });
});

/** Acts as DealScale's backend, followed by the schedule. */
async function reportDeal(): Promise<void> {
  const event = {
    external_id: randomUUID(),
    player_id: personaIds.quinn,
    metric: 'deal_closed',
    units: 1,
    occurred_at: new Date().toISOString(),
  };
  const answer = await fetch(`${supabaseUrl}/functions/v1/api/v1/score-events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secrets.api_key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ events: [event] }),
  });
  expect(await answer.json()).toMatchObject({ accepted: 1 });
  const sql = postgres(superuserUrl, { max: 1, onnotice: () => {} });
  await sql`call leaderboard.refresh_due_boards()`;
  await sql.end();
}

test('discord.js becomes ready, knows the guild, and receives messages there', async () => {
  const { Guilds, GuildMessages } = GatewayIntentBits;
  const client = new Client({
    intents: [Guilds, GuildMessages],
    rest: { api: environment.DISCORD_API_URL },
  });
  closing.push(() => client.destroy());
  const ready = once(client, Events.ClientReady);
  await client.login(secrets.discord_bot_token);
  await ready;

  const guild = await client.guilds.fetch(guildId);
  expect(guild.roles.cache.get(roleIds.champion)?.name).toBe('Champion');
  const channel = await client.channels.fetch(channelIds.general);
  if (!channel?.isSendable()) throw new Error('The bot may not write in #general.');
  // Other events may arrive in between.
  const heard: string[] = [];
  client.on(Events.MessageCreate, ({ id, channelId }) => heard.push(`${id} in ${channelId}`));
  const sent = await channel.send('Good morning.');
  await expect.poll(() => heard).toContain(`${sent.id} in ${channelIds.general}`);
  await sent.delete();
});

test('the inngest SDK registers a function, sends an event, and sees its run', async () => {
  vi.stubEnv('INNGEST_DEV', environment.INNGEST_DEV ?? '');
  const client = new Inngest({ id: `client-${randomUUID()}`, eventKey: secrets.inngest_event_key });
  const greet = client.createFunction(
    { id: 'greet', triggers: [{ event: 'test/greeting.wanted' }] },
    async ({ event, step }) => {
      const name = await step.run('find-name', () => String(event.data.name));
      await step.sleep('think', '1s');
      return step.run('greet', () => `Good morning, ${name}.`);
    },
  );
  const url = await listen(createServer(serve({ client, functions: [greet] })));
  const registration = await fetch(url, { method: 'PUT' });
  expect(await registration.json()).toMatchObject({ modified: expect.any(Boolean) });

  const { ids } = await client.send({ name: 'test/greeting.wanted', data: { name: 'Pia' } });
  const runs = z.object({ data: z.array(z.looseObject({ status: z.string(), output: z.unknown() })) });
  await expect
    .poll(async () => {
      const answer = await fetch(`${environment.INNGEST_DEV}/v1/events/${ids[0]}/runs`);
      return runs.parse(await answer.json()).data;
    })
    .toMatchObject([{ status: 'Completed', output: 'Good morning, Pia.' }]);
});

/** Serves on a free port until the test ends. */
async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return `http://127.0.0.1:${address.port}/api/inngest`;
}
