import { z } from 'zod';

const joinSchema = z.looseObject({
  config: z
    .looseObject({
      private: z.boolean().nullish(),
      broadcast: z.looseObject({ ack: z.boolean().nullish(), self: z.boolean().nullish() }).nullish(),
      presence: z.looseObject({ key: z.string().nullish(), enabled: z.boolean().nullish() }).nullish(),
      postgres_changes: z.array(z.unknown()).nullish(),
    })
    .nullish(),
  access_token: z.string().nullish(),
  user_token: z.string().nullish(),
});

/** A client's options when it joins a topic. */
export interface ChannelConfig {
  isPrivate: boolean;
  wantsAck: boolean;
  wantsOwnBroadcasts: boolean;
  presenceKey: string;
  wantsPresence: boolean;
  wantsPostgresChanges: boolean;
  accessToken: string | null;
}

/** Parses the payload of a join; null if it is malformed. */
export function readChannelConfig(payload: unknown): ChannelConfig | null {
  const parsed = joinSchema.safeParse(payload ?? {});
  if (!parsed.success) return null;
  const { config, access_token: accessToken, user_token: userToken } = parsed.data;
  return {
    isPrivate: config?.private ?? false,
    wantsAck: config?.broadcast?.ack ?? false,
    wantsOwnBroadcasts: config?.broadcast?.self ?? false,
    presenceKey: config?.presence?.key || crypto.randomUUID(),
    wantsPresence: config?.presence?.enabled ?? false,
    wantsPostgresChanges: (config?.postgres_changes ?? []).length > 0,
    accessToken: accessToken ?? userToken ?? null,
  };
}
