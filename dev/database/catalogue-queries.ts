/** Privileges of an object as one text, including the default ones. */
function describeGrants(acl: string, kind: string, owner: string): string {
  return `(
    select coalesce(string_agg(coalesce(grantee.rolname, 'public') || '=' || granted.privilege_type, ','
      order by grantee.rolname, granted.privilege_type), '')
    from aclexplode(coalesce(${acl}, acldefault('${kind}', ${owner}))) as granted
    left join pg_roles as grantee on grantee.oid = granted.grantee)`;
}

/** Grants on columns as one text. */
const columnGrants = `(
  select string_agg(grantee.rolname || '=' || granted.privilege_type, ','
    order by grantee.rolname, granted.privilege_type)
  from aclexplode(columns.attacl) as granted join pg_roles as grantee on grantee.oid = granted.grantee)`;

/**
 * The contents of a database, by kind: each query returns rows with a `name` and everything else that is
 * compared. `$1` is the list of the product's own schemas. Objects of Auth and Realtime are left out, except for
 * our triggers and policies.
 */
export const catalogueQueries: Record<string, string> = {
  schema: `
    select nspname as name, pg_get_userbyid(nspowner) as owner, obj_description(oid, 'pg_namespace') as comment,
      ${describeGrants('nspacl', 'n', 'nspowner')} as grants
    from pg_namespace where nspname = any ($1)`,
  extension: 'select extname as name, extnamespace::regnamespace::text as schema from pg_extension',
  'default privileges': `
    select coalesce(nspname, 'every schema') || ' ' || defaclobjtype::text as name,
      pg_get_userbyid(defaclrole) as role, defaclacl::text as grants
    from pg_default_acl left join pg_namespace on pg_namespace.oid = defaclnamespace`,
  relation: `
    select c.oid::regclass::text as name, relkind::text as kind, relrowsecurity, relforcerowsecurity,
      relpersistence::text as persistence, reloptions::text as options, pg_get_userbyid(relowner) as owner,
      obj_description(c.oid, 'pg_class') as comment,
      ${describeGrants('relacl', 'r', 'relowner')} as grants,
      case when relkind = 'v' then pg_get_viewdef(c.oid) end as definition
    from pg_class as c where relnamespace::regnamespace::text = any ($1) and relkind in ('r', 'p', 'v', 'm', 'S', 'c')`,
  column: `
    select c.oid::regclass || '.' || columns.attname as name,
      row_number() over (partition by c.oid order by columns.attnum)::int as place,
      format_type(columns.atttypid, columns.atttypmod) as type, columns.attnotnull, columns.attidentity::text,
      columns.attgenerated::text, columns.attstorage::text, pg_get_expr(adbin, adrelid) as default_value,
      col_description(c.oid, columns.attnum) as comment, ${columnGrants} as grants
    from pg_attribute as columns
    join pg_class as c on c.oid = columns.attrelid
    left join pg_attrdef on adrelid = c.oid and adnum = columns.attnum
    where relnamespace::regnamespace::text = any ($1) and relkind in ('r', 'p', 'v', 'm', 'c')
      and columns.attnum > 0 and not columns.attisdropped`,
  constraint: `
    select conrelid::regclass || ' ' || conname as name, pg_get_constraintdef(oid) as definition, convalidated,
      obj_description(oid, 'pg_constraint') as comment
    from pg_constraint where connamespace::regnamespace::text = any ($1)`,
  index: `
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition, indisvalid
    from pg_index join pg_class on pg_class.oid = indexrelid where relnamespace::regnamespace::text = any ($1)`,
  function: `
    select f.oid::regprocedure::text as name, case prokind when 'a' then null else pg_get_functiondef(f.oid) end as definition,
      (select format('%s %s %s', aggtransfn, aggtranstype::regtype, agginitval) from pg_aggregate where aggfnoid = f.oid)
        as aggregate,
      pg_get_userbyid(proowner) as owner, obj_description(f.oid, 'pg_proc') as comment,
      ${describeGrants('proacl', 'f', 'proowner')} as grants
    from pg_proc as f where pronamespace::regnamespace::text = any ($1)`,
  type: `
    select t.oid::regtype::text as name, typtype::text as kind, obj_description(t.oid, 'pg_type') as comment
    from pg_type as t left join pg_class on pg_class.oid = typrelid
    where typnamespace::regnamespace::text = any ($1)
      and (typtype in ('e', 'd', 'r') or (typtype = 'c' and relkind = 'c'))`,
  trigger: `
    select tgrelid::regclass || ' ' || tgname as name, pg_get_triggerdef(oid) as definition, tgenabled::text,
      obj_description(oid, 'pg_trigger') as comment
    from pg_trigger where not tgisinternal`,
  policy: `
    select format('%s.%s %s', schemaname, tablename, policyname) as name, permissive, roles::text, cmd, qual, with_check
    from pg_policies`,
  publication: `
    select format('%s %s.%s', pubname, schemaname, tablename) as name, attnames::text, rowfilter
    from pg_publication_tables`,
  job: 'select jobname as name, schedule, command, username, active from cron.job',
};
