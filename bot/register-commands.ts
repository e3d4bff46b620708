import { z } from 'zod';
import type { BotContext } from './bot-context.ts';
import { commands } from './interactions/registry.ts';

const comparedFields = [
  'name',
  'type',
  'description',
  'options',
  'contexts',
  'integration_types',
  'default_member_permissions',
] as const;
const registeredSchema = z.array(z.record(z.string(), z.unknown()));

/** Equal definitions give equal text: absent, empty, false and null fields mean the same to Discord. */
function toComparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toComparable);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([name, field]) => [name, toComparable(field)] as const)
    .filter(([, field]) => field !== null && field !== undefined && field !== false && field !== '')
    .filter(([, field]) => !(Array.isArray(field) && field.length === 0));
  return Object.fromEntries(entries.sort(([left], [right]) => left.localeCompare(right)));
}

function describe(definition: Record<string, unknown>): string {
  const localized = ['name_localizations', 'description_localizations', ...comparedFields];
  const picked = Object.fromEntries(localized.map((name) => [name, definition[name]]));
  return JSON.stringify(toComparable({ ...picked, type: definition.type ?? 1 }));
}

/** Whether Discord already has exactly these commands. */
export function areCommandsEqual(registered: unknown, wanted: readonly object[]): boolean {
  const parsed = registeredSchema.safeParse(registered);
  if (!parsed.success) return false;
  const describeAll = (definitions: readonly object[]) =>
    definitions
      .map((definition) => describe({ ...definition }))
      .sort()
      .join('\n');
  return describeAll(parsed.data) === describeAll(wanted);
}

/**
 * Replaces Discord's list of commands with ours. Writes only if they differ, because Discord allows 200
 * creations a day.
 */
export async function registerCommands({
  discord,
  applicationId,
}: BotContext): Promise<{ changed: boolean }> {
  const definitions = commands.map(({ definition }) => definition);
  const registered = await discord.applicationCommands.getGlobalCommands(applicationId, {
    with_localizations: true,
  });
  if (areCommandsEqual(registered, definitions)) return { changed: false };
  await discord.applicationCommands.bulkOverwriteGlobalCommands(applicationId, definitions);
  return { changed: true };
}
