import type postgres from 'postgres';

/** The settings of each request role, above all its statement timeout. */
export type RoleSettings = ReadonlyMap<string, Record<string, string>>;

/** The role that connects for everybody; its settings apply to roles without a setting of the same name. */
const connectingRole = 'authenticator';

/** The `alter role … set …` settings of request roles, which `set role` alone would not apply. */
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
