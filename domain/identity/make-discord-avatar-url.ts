/** URL of the avatar that an account chose; null if it chose none. */
export function makeDiscordAvatarUrl(discordUserId: string, avatar: string | null): string | null {
  if (!avatar) return null;
  const extension = avatar.startsWith('a_') ? 'gif' : 'png';
  return `https://cdn.discordapp.com/avatars/${discordUserId}/${avatar}.${extension}`;
}
