import * as spec from 'discord-api-spec/zod';
import { z } from 'zod';
import * as zm from 'zod/mini';
import type { Answer, Call, Route } from '../http/route.ts';
import {
  type CommandDraft,
  commandDraftSchema,
  commandTypes,
  requireValidCommand,
  requireValidCommands,
} from '../rules/command-rules.ts';
import { RestError, unknownApplication, unknownCommand } from '../rules/rest-error.ts';
import type { Command, JsonObject } from '../state/records.ts';
import { botOf, findGuild } from './find.ts';

const createsPerDayMax = 200;
const dayMs = 24 * 60 * 60 * 1000;
const creates = new Map<string, number[]>();

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const given = Object.entries(value).filter(([, inner]) => inner != null);
  return Object.fromEntries(given.map(([key, inner]) => [key, withoutNulls(inner)]));
}

/** Null for global commands, otherwise the guild in the path. */
function scopeOf(call: Call, isGuildScope: boolean): string | null {
  botOf(call);
  if (call.param('application_id') !== call.sandbox.world.credentials.application_id)
    throw unknownApplication();
  return isGuildScope ? findGuild(call).id : null;
}

function list(call: Call, guildId: string | null): Command[] {
  return call.sandbox.world.commands.list((command) => command.guild_id === guildId);
}

function countCreate(call: Call, scope: string | null): void {
  const now = call.sandbox.world.clock.now();
  const key = scope ?? 'global';
  const recent = (creates.get(key) ?? []).filter((at) => at > now - dayMs);
  if (recent.length >= createsPerDayMax) {
    throw new RestError(400, 30034, 'Max number of daily application command creates has been reached (200)');
  }
  creates.set(key, [...recent, now]);
}

function toWire(call: Call, draft: CommandDraft, id: string, guildId: string | null): JsonObject {
  const permissions = draft.default_member_permissions;
  const common: JsonObject = {
    id,
    application_id: call.sandbox.world.credentials.application_id,
    version: call.sandbox.world.nextId(),
    default_member_permissions: permissions == null ? null : String(permissions),
    type: draft.type ?? commandTypes.chatInput,
    name: draft.name,
    name_localizations: draft.name_localizations ?? null,
    description: draft.description ?? '',
    description_localizations: draft.description_localizations ?? null,
    nsfw: draft.nsfw ?? false,
    ...(draft.options ? { options: withoutNulls(draft.options) } : {}),
  };
  if (guildId !== null) return { ...common, guild_id: guildId };
  // Only global commands have contexts.
  return {
    ...common,
    dm_permission: draft.dm_permission ?? true,
    contexts: draft.contexts ?? null,
    integration_types: draft.integration_types ?? [0],
  };
}

function store(call: Call, draft: CommandDraft, guildId: string | null, known: Command | undefined): Command {
  if (!known) countCreate(call, guildId);
  const id = known?.id ?? call.sandbox.world.nextId();
  const wire = toWire(call, draft, id, guildId);
  const type = draft.type ?? commandTypes.chatInput;
  return call.sandbox.world.commands.put({ id, guild_id: guildId, type, name: draft.name, wire });
}

function findSame(known: readonly Command[], draft: CommandDraft): Command | undefined {
  const type = draft.type ?? commandTypes.chatInput;
  return known.find((command) => command.name === draft.name && command.type === type);
}

function changed(call: Call): void {
  call.sandbox.world.hub.change({ kind: 'commands' });
}

function overwriteAll(call: Call, guildId: string | null): Answer {
  const drafts = z.array(commandDraftSchema).parse(call.body);
  requireValidCommands(drafts);
  const known = list(call, guildId);
  const stored = drafts.map((draft) => store(call, draft, guildId, findSame(known, draft)));
  for (const old of known) {
    if (!stored.some((command) => command.id === old.id)) call.sandbox.world.commands.remove(old.id);
  }
  changed(call);
  return { status: 200, body: stored.map((command) => command.wire) };
}

function upsert(call: Call, guildId: string | null): Answer {
  const draft = commandDraftSchema.parse(call.body);
  const known = list(call, guildId);
  const same = findSame(known, draft);
  requireValidCommand(draft);
  const others = known.filter((command) => command !== same);
  requireValidCommands([...others.map((command) => commandDraftSchema.parse(command.wire)), draft]);
  const stored = store(call, draft, guildId, same);
  changed(call);
  return { status: same ? 200 : 201, body: stored.wire };
}

function find(call: Call, guildId: string | null): Command {
  const command = call.sandbox.world.commands.get(call.param('command_id'));
  if (command?.guild_id !== guildId) throw unknownCommand();
  return command;
}

function edit(call: Call, guildId: string | null): Answer {
  const known = find(call, guildId);
  const change = z.record(z.string(), z.unknown()).parse(call.body);
  const draft = commandDraftSchema.parse({ ...known.wire, ...change, type: known.type });
  requireValidCommand(draft);
  const stored = store(call, draft, guildId, known);
  changed(call);
  return { status: 200, body: stored.wire };
}

function listAll(call: Call, guildId: string | null): Answer {
  const withLocalizations = call.query.get('with_localizations') === 'true';
  const body = list(call, guildId).map(({ wire }) => {
    const { name_localizations: _names, description_localizations: _descriptions, ...rest } = wire;
    return withLocalizations ? wire : rest;
  });
  return { status: 200, body };
}

function routesFor(base: string, isGuildScope: boolean): Route[] {
  const gives = spec.ApplicationCommandResponseSchema;
  const run = (handle: (call: Call, guildId: string | null) => Answer) => (call: Call) =>
    handle(call, scopeOf(call, isGuildScope));
  const one = `${base}/{command_id}`;
  return [
    { method: 'GET', path: base, auth: 'bot', gives: zm.array(gives), handle: run(listAll) },
    {
      method: 'PUT',
      path: base,
      auth: 'bot',
      accepts: zm.array(spec.ApplicationCommandUpdateRequestSchema),
      gives: zm.array(gives),
      handle: run(overwriteAll),
    },
    {
      method: 'POST',
      path: base,
      auth: 'bot',
      accepts: spec.ApplicationCommandCreateRequestSchema,
      gives,
      handle: run(upsert),
    },
    {
      method: 'GET',
      path: one,
      auth: 'bot',
      gives,
      handle: run((call, guildId) => ({ status: 200, body: find(call, guildId).wire })),
    },
    {
      method: 'PATCH',
      path: one,
      auth: 'bot',
      accepts: spec.ApplicationCommandPatchRequestPartialSchema,
      gives,
      handle: run(edit),
    },
    {
      method: 'DELETE',
      path: one,
      auth: 'bot',
      handle: run((call, guildId) => {
        call.sandbox.world.commands.remove(find(call, guildId).id);
        changed(call);
        return { status: 204 };
      }),
    },
  ];
}

/** Registration of application commands, global and per guild. */
export const commandRoutes: readonly Route[] = [
  ...routesFor('/applications/{application_id}/commands', false),
  ...routesFor('/applications/{application_id}/guilds/{guild_id}/commands', true),
];
