/** What a button or modal carries back to us: an action and its state. Never an authorisation. */
export interface CustomId {
  action: string;
  version: number;
  args: string[];
}

const customIdLengthMax = 100;
const currentVersion = 1;

/**
 * Writes state into a custom_id as `action:v1:arg:arg`. Arguments may hold any text.
 * Throws RangeError when the result exceeds Discord's 100 characters: state that long belongs in the database.
 */
export function encodeCustomId(action: string, args: readonly (string | number)[] = []): string {
  const parts = [action, `v${currentVersion}`, ...args.map((arg) => encodeURIComponent(String(arg)))];
  const customId = parts.join(':');
  if (customId.length > customIdLengthMax) {
    throw new RangeError(
      `custom_id of ${customId.length} characters exceeds ${customIdLengthMax}: ${customId}`,
    );
  }
  return customId;
}

/** Parses a custom_id written by `encodeCustomId`. Null for anything else, older versions included. */
export function decodeCustomId(customId: string): CustomId | null {
  if (customId.length > customIdLengthMax) return null;
  const [action, version, ...args] = customId.split(':');
  if (!action || version !== `v${currentVersion}`) return null;
  try {
    return { action, version: currentVersion, args: args.map(decodeURIComponent) };
  } catch {
    return null;
  }
}
