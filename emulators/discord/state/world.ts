import type { Write } from '../../process/append-file.ts';
import type { Log } from '../../process/log.ts';
import { type Clock, createClock } from './clock.ts';
import { createHub, type Hub } from './hub.ts';
import { openJournal } from './journal.ts';
import * as records from './records.ts';
import { compareSnowflakes, createSnowflakes } from './snowflake.ts';
import { openTable, type Table } from './table.ts';

/** What identifies the application to its users and to this sandbox. Never stored with the world. */
export interface Credentials {
  application_id: string;
  client_secret: string;
  bot_token: string;
  /** 32 bytes in hex, as in the developer portal. */
  public_key: string;
  /** PKCS #8 in PEM. */
  private_key: string;
}

/** The sandbox's complete state. */
export interface World {
  users: Table<records.User>;
  guilds: Table<records.Guild>;
  roles: Table<records.Role>;
  members: Table<records.Member>;
  channels: Table<records.Channel>;
  messages: Table<records.Message>;
  commands: Table<records.Command>;
  interactions: Table<records.Interaction>;
  codes: Table<records.OauthCode>;
  grants: Table<records.OauthGrant>;
  auditEntries: Table<records.AuditEntry>;
  applications: Table<records.Application>;
  clock: Clock;
  hub: Hub;
  credentials: Credentials;
  nextId(): string;
  /** The one application that this sandbox hosts. */
  application(): records.Application;
  /** Advances the sandbox's time, permanently. */
  advanceClock(durationMs: number): void;
  /** Resets to the seed, but keeps what the application deployed (commands, endpoint) and the time. */
  reset(): void;
  close(): void;
}

/** Opens the world stored in a file. `seed` fills an empty one, now and after `reset`. */
export function openWorld(options: {
  /** The state file. */
  file: string;
  credentials: Credentials;
  seed: (world: World) => void;
  log: Log;
  /** How the state is written to disk; replaced in tests. */
  write?: Write | undefined;
}): World {
  const journal = openJournal(options.file, {
    write: options.write,
    onDiskFull: () =>
      hub.warn('disk', 'The disk is full: whatever has to be kept is refused until there is room.'),
  });
  const settings = openTable(journal, 'settings', records.clockSettingSchema);
  const clock: Clock = createClock(settings.get('clock')?.offset_ms ?? 0, (error) =>
    hub.warn('defect', `Something that was due could not be done: ${String(error)}`),
  );
  const hub: Hub = createHub(clock.now, options.log);
  const tables = {
    users: openTable(journal, 'users', records.userSchema),
    guilds: openTable(journal, 'guilds', records.guildSchema),
    roles: openTable(journal, 'roles', records.roleSchema),
    members: openTable(journal, 'members', records.memberSchema),
    channels: openTable(journal, 'channels', records.channelSchema),
    messages: openTable(journal, 'messages', records.messageSchema),
    commands: openTable(journal, 'commands', records.commandSchema),
    interactions: openTable(journal, 'interactions', records.interactionSchema),
    codes: openTable(journal, 'codes', records.oauthCodeSchema),
    grants: openTable(journal, 'grants', records.oauthGrantSchema),
    auditEntries: openTable(journal, 'audit_entries', records.auditEntrySchema),
    applications: openTable(journal, 'applications', records.applicationSchema),
  };
  const newestId = [tables.messages, tables.interactions, tables.commands, tables.channels, tables.users]
    .flatMap((table) => table.list().map((row: { id: string }) => row.id))
    .sort(compareSnowflakes)
    .at(-1);

  const world: World = {
    ...tables,
    clock,
    hub,
    credentials: options.credentials,
    nextId: createSnowflakes(clock.now, newestId ?? '0'),
    application() {
      const application = tables.applications.get(options.credentials.application_id);
      if (!application) throw new Error('The sandbox has lost its application; reset it');
      return application;
    },
    advanceClock(durationMs) {
      const offset = (settings.get('clock')?.offset_ms ?? 0) + durationMs;
      settings.put({ id: 'clock', offset_ms: offset });
      clock.advance(durationMs);
    },
    reset() {
      const { interactions_endpoint_url, event_webhooks_url } = world.application();
      const commands = tables.commands.list();
      const offset = settings.get('clock')?.offset_ms ?? 0;
      journal.clear();
      for (const table of Object.values(tables)) table.clear();
      settings.put({ id: 'clock', offset_ms: offset });
      options.seed(world);
      tables.applications.put({ ...world.application(), interactions_endpoint_url, event_webhooks_url });
      for (const command of commands) tables.commands.put(command);
      hub.change({ kind: 'all' });
    },
    close: () => journal.close(),
  };
  if (tables.applications.list().length === 0) options.seed(world);
  return world;
}
