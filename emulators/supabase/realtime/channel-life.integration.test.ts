import { RealtimeClient, type SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFreePort } from '../../process/free-port.ts';
import { startSupabase } from '../supabase-server.ts';
import { startTestSupabase, type TestSupabase } from '../testing/start-test-supabase.ts';
import { waitFor } from '../testing/wait-for.ts';
import { createAccessTokens } from '../tokens/access-token.ts';
import { importSigningKey } from '../tokens/signing-key.ts';

let supabase: TestSupabase;

beforeAll(async () => {
  supabase = await startTestSupabase();
  await supabase.database.sql.unsafe(`
    create table public.members (user_id uuid primary key);
    alter table public.members enable row level security;
    create policy "Own row" on public.members for select to authenticated using (user_id = (select auth.uid()));
    grant select on public.members to authenticated;
    create policy "Members read the club" on realtime.messages for select to authenticated
      using (realtime.topic() = 'test-club' and exists (select from public.members));
    create policy "Members are seen in the club" on realtime.messages for insert to authenticated
      with check (realtime.topic() = 'test-club' and exists (select from public.members));`);
});
afterAll(() => supabase.stop());

async function signUpMember(name: string) {
  const member = await supabase.signUp(name);
  await supabase.database.sql`insert into public.members values (${member.userId})`;
  await member.client.realtime.setAuth();
  return member;
}

/** A connection that keeps its initial token. */
function connectWithoutRefresh(): RealtimeClient {
  return new RealtimeClient(`${supabase.url.replace('http', 'ws')}/realtime/v1`, {
    params: { apikey: supabase.settings.publishableKey },
  });
}

/** A token of the same person that is valid for this many seconds from now. */
async function sign(client: SupabaseClient, seconds: number): Promise<string> {
  const { data } = await client.auth.getClaims();
  const key = await importSigningKey(supabase.settings.signingKey);
  const tokens = createAccessTokens(key);
  return tokens.sign({
    role: 'authenticated',
    ...data?.claims,
    exp: Math.floor(Date.now() / 1000) + seconds,
  });
}

/** Refreshes the session in a different second, because two tokens of the same second are identical. */
async function refreshAfterASecond(client: SupabaseClient): Promise<void> {
  const issued = (await client.auth.getClaims()).data?.claims.iat ?? 0;
  await waitFor('the next second', () => Date.now() / 1000 > issued + 1);
  await client.auth.refreshSession();
}

describe('tokens', () => {
  test('a channel closes when its token has expired, and stays open when a new one came in time', async () => {
    const { client } = await signUpMember('member');
    const topics = await Promise.all(
      ['idle', 'active'].map(async () => {
        const connection = connectWithoutRefresh();
        await connection.setAuth((await client.auth.getSession()).data.session?.access_token ?? '');
        const channel = connection.channel('test-club', { config: { private: true } });
        const [states, systems, heard]: string[][] = [[], [], []];
        channel.on('system', {}, ({ message }) => systems?.push(message));
        channel.on('broadcast', { event: '*' }, ({ event }) => heard?.push(event));
        channel.subscribe((state) => states?.push(state));
        await waitFor('the channel', () => states?.includes('SUBSCRIBED') ?? false);
        return { connection, states, systems, heard };
      }),
    );
    const [idle, active] = topics;
    const shortMs = 8000;
    await active?.connection.setAuth(await sign(client, shortMs / 1000));
    const shortEndsAt = Date.now() + shortMs;
    await active?.connection.setAuth(await sign(client, 3600));
    await idle?.connection.setAuth(await sign(client, 1));
    await waitFor('the end of the idle channel', () => idle?.states?.includes('CLOSED') ?? false);
    expect(idle?.systems?.[0]).toMatch(/^Token has expired/);
    await waitFor('the end of the short token', () => Date.now() > shortEndsAt);
    await supabase.database.admin`select realtime.send('{}', 'still-there', 'test-club')`;
    await waitFor('a message on the other', () => active?.heard?.includes('still-there') ?? false);
    expect(active?.states).toEqual(['SUBSCRIBED']);
    await Promise.all(topics.map(({ connection }) => connection.disconnect()));
  });

  test('a refreshed token is checked against the policies again', async () => {
    const { client, userId } = await signUpMember('leaver');
    const states: string[] = [];
    const systems: string[] = [];
    const channel = client.channel('test-club', { config: { private: true } });
    channel.on('system', {}, ({ message }) => systems.push(message));
    channel.subscribe((state) => states.push(state));
    await waitFor('the channel', () => states.includes('SUBSCRIBED'));
    await supabase.database.sql`delete from public.members where user_id = ${userId}`;
    await refreshAfterASecond(client);
    await client.realtime.setAuth();
    await waitFor('the end of the channel', () => states.includes('CLOSED'));
    expect(systems[0]).toContain('permission');
  });

  test('an expired token cannot join', async () => {
    const { client } = await signUpMember('late');
    const stranger = supabase.connect();
    await stranger.realtime.setAuth(await sign(client, -10));
    const error = await new Promise<string>((resolve) => {
      stranger
        .channel('test-club', { config: { private: true } })
        .subscribe((_, reason) => resolve(reason?.message ?? ''));
    });
    expect(error).toMatch(/^InvalidJWTToken: Token has expired \d+ seconds ago$/);
  });
});

describe('presence', () => {
  test('everybody sees members who are there, arrive, change and leave', async () => {
    const [first, second] = [supabase.connect(), supabase.connect()];
    const channel = first.channel('presence', { config: { presence: { key: 'first' } } });
    const joins: string[] = [];
    const leaves: string[] = [];
    channel.on('presence', { event: 'join' }, ({ key }) => joins.push(key));
    channel.on('presence', { event: 'leave' }, ({ key }) => leaves.push(key));
    await new Promise<void>((resolve) => channel.subscribe((state) => state === 'SUBSCRIBED' && resolve()));
    expect(await channel.track({ mood: 'fine' })).toBe('ok');
    const other = second.channel('presence', { config: { presence: { key: 'second' } } });
    other.on('presence', { event: 'sync' }, () => {});
    await new Promise<void>((resolve) => other.subscribe((state) => state === 'SUBSCRIBED' && resolve()));
    await waitFor('the first in the state of the second', () => 'first' in other.presenceState());
    await other.track({ mood: 'good' });
    await waitFor('both', () => Object.keys(channel.presenceState()).length === 2);
    await other.track({ mood: 'better' });
    await waitFor('the change', () => {
      const [meta] = channel.presenceState<{ mood: string }>().second ?? [];
      return meta?.mood === 'better';
    });
    expect(channel.presenceState().second).toHaveLength(1);
    await other.untrack();
    await waitFor('the second to be gone', () => !('second' in channel.presenceState()));
    await other.track({});
    await waitFor('the second again', () => 'second' in channel.presenceState());
    await second.realtime.disconnect();
    await waitFor('the disconnected to be gone', () => !('second' in channel.presenceState()));
    expect(joins).toContain('second');
    expect(leaves).toContain('second');
  });

  test('in a private topic needs the policies for it', async () => {
    const { client: member } = await signUpMember('seen');
    const channel = member.channel('test-club', { config: { private: true, presence: { key: 'm' } } });
    channel.on('presence', { event: 'sync' }, () => {});
    await new Promise<void>((resolve) => channel.subscribe((state) => state === 'SUBSCRIBED' && resolve()));
    expect(await channel.track({})).toBe('ok');
    await waitFor('the member', () => 'm' in channel.presenceState());
  });
});

describe('connections', () => {
  test('a heartbeat is answered', async () => {
    const client = supabase.connect();
    const beats: string[] = [];
    client.realtime.onHeartbeat((status) => beats.push(status));
    client.channel('beat').subscribe();
    await waitFor('a connection', () => client.realtime.isConnected());
    await client.realtime.sendHeartbeat();
    await waitFor('an answer', () => beats.includes('ok'));
  });

  test('clients reconnect after the server was killed and restarted', async () => {
    const settings = { ...supabase.settings, port: await findFreePort() };
    const first = await startSupabase(settings);
    const { createClient } = await import('@supabase/supabase-js');
    const client = createClient(first.url, settings.publishableKey, {
      realtime: { timeout: 60_000, reconnectAfterMs: () => 50 },
    });
    const states: string[] = [];
    const heard: string[] = [];
    client
      .channel('phoenix-from-the-ashes')
      .on('broadcast', { event: '*' }, ({ event }) => heard.push(event))
      .subscribe((state) => states.push(state));
    await waitFor('the first connection', () => states.includes('SUBSCRIBED'));
    await first.close();
    const second = await startSupabase(settings);
    try {
      await waitFor('the second connection', () => states.filter((s) => s === 'SUBSCRIBED').length === 2);
      const channel = client.channel('phoenix-from-the-ashes');
      await supabase.connect().realtime.disconnect();
      await fetch(`${second.url}/realtime/v1/api/broadcast`, {
        method: 'POST',
        headers: { apikey: settings.publishableKey, 'content-type': 'application/json' },
        body: JSON.stringify({
          messages: [{ topic: 'phoenix-from-the-ashes', event: 'risen', payload: {} }],
        }),
      });
      await waitFor('a message after it', () => heard.includes('risen'));
      await client.removeChannel(channel);
    } finally {
      await client.realtime.disconnect();
      await second.close();
    }
  });
});
