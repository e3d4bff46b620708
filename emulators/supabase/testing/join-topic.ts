import type { RealtimeChannel, SupabaseClient } from '@supabase/supabase-js';

export interface Heard {
  channel: RealtimeChannel;
  events: { event: string; payload: Record<string, unknown> }[];
}

interface JoinOptions {
  isPrivate?: boolean;
  broadcast?: { ack?: boolean; self?: boolean };
}

/** Joins a topic and records its messages; returns the final subscription status. */
export async function joinTopic(
  client: SupabaseClient,
  topic: string,
  { isPrivate = true, broadcast = {} }: JoinOptions = {},
): Promise<Heard & { status: string; error: string }> {
  const channel = client.channel(topic, { config: { private: isPrivate, broadcast } });
  const events: Heard['events'] = [];
  channel.on('broadcast', { event: '*' }, ({ event, payload }) => events.push({ event, payload }));
  await client.realtime.setAuth();
  const [status, error] = await new Promise<[string, string]>((resolve) => {
    channel.subscribe((state, reason) => resolve([state, reason?.message ?? '']));
  });
  return { channel, events, status, error };
}
