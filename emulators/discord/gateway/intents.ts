/** The events a gateway session subscribed to. */
export const intentBits = {
  guilds: 1 << 0,
  guildMembers: 1 << 1,
  guildModeration: 1 << 2,
  guildPresences: 1 << 8,
  guildMessages: 1 << 9,
  directMessages: 1 << 12,
  messageContent: 1 << 15,
} as const;

/** All documented bits; others close the connection with 4013. */
export const allIntents = 0b11_0011_0001_1111_1111_1111_1111;
