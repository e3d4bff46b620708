/** Where Discord shows the picture of an account, as its sign-in tells it; one of Discord's own when it has none. */
export function makeDiscordAvatarUrl(discord_user_id: string, avatar: string | null): string {
  if (avatar) {
    const extension = avatar.startsWith('a_') ? 'gif' : 'png';
    return `https://cdn.discordapp.com/avatars/${discord_user_id}/${avatar}.${extension}`;
  }
  return `https://cdn.discordapp.com/embed/avatars/${(BigInt(discord_user_id) >> 22n) % 6n}.png`;
}
