import type postgres from 'postgres';

/** By role, the settings that a request of that role runs with: its time limit above all. */
export type RoleSettings = ReadonlyMap<string, Record<string, string>>;

/** Who connects for everybody; what is set for it holds for whoever has no setting of the same name. */
const connectingRole = 'authenticator';

/** What `alter role … set …` says of the roles of requests. Taking a role by `set role` alone would not apply it. */
export async function readRoleSettings(sql: postgres.Sql): Promise<RoleSettings> {
  const rows = await sql<{ role: string; settings: Record<string, string> }[]>`
    select roles.rolname as role, (
      select coalesce(json_object_agg(split_part(setting, '=', 1), substr(setting, strpos(setting, '=') + 1)), '{}')
      from unnest(connecting.rolconfig || roles.rolconfig) as setting
    ) as settings
    from pg_roles as connecting
    join pg_roles as roles on pg_has_role(connecting.oid, roles.oid, 'member')
    where connecting.rolname = ${connectingRole}`;
  return new Map(rows.map(({ role, settings }) => [role, settings]));
}
