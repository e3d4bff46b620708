import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownSchemas } from '#dev/database/own-schemas.ts';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { chosenTexts, otherTexts, receivedTexts } from './text-columns.ts';

let database: TestDatabase;
let columns: { name: string; rule: string; triggers: string }[];
beforeAll(async () => {
  database = await createTestDatabase();
  columns = await database.sql`
    select table_oid::regclass || '.' || attname as name,
      coalesce((
        select string_agg(pg_get_constraintdef(checks.oid), ' ') from pg_constraint as checks
        where checks.conrelid = table_oid and checks.contype in ('c', 'f')
          and attnum = any (checks.conkey)), '') as rule,
      coalesce((
        select string_agg(pg_get_triggerdef(triggers.oid), ' ') from pg_trigger as triggers
        where triggers.tgrelid = table_oid
          and split_part(encode(triggers.tgargs, 'escape'), '\\000', 1) = attname), '') as triggers
    from (
      select tables.oid as table_oid, columns.attname, columns.attnum
      from pg_attribute as columns
      join pg_class as tables on tables.oid = columns.attrelid
      join pg_namespace as schemas on schemas.oid = tables.relnamespace
      where schemas.nspname = any (${[...ownSchemas]}) and tables.relkind in ('r', 'p')
        and columns.attnum > 0 and not columns.attisdropped
        and columns.atttypid in ('text'::regtype, 'text[]'::regtype)) as texts
    order by 1`;
});
afterAll(() => database.drop());

/** A pattern, a list of values or a foreign key: nothing else can be in such a column. */
const fixedForm = /~ '\^|= ANY|FOREIGN KEY|is_time_zone/;

test('every text column has a fixed format, the rule of presentable text, or a listed reason', () => {
  const unlisted = columns.filter(
    ({ name, rule }) =>
      !(name in chosenTexts || receivedTexts.includes(name) || name in otherTexts || fixedForm.test(rule)),
  );
  expect(unlisted.map(({ name }) => name)).toEqual([]);
  const known = new Set(columns.map(({ name }) => name));
  const listed = [...Object.keys(chosenTexts), ...receivedTexts, ...Object.keys(otherTexts)];
  expect(listed.filter((name) => !known.has(name))).toEqual([]);
});

test('chosen text is refused with the name of the column, received text is made presentable, and both are checked', () => {
  for (const { name, rule, triggers } of columns) {
    const code = chosenTexts[name];
    if (code) expect(triggers).toContain(`refuse_unpresentable_text('${name.split('.').at(-1)}', `);
    if (code) expect(triggers).toContain(`'${code}'`);
    if (receivedTexts.includes(name)) expect(triggers).toContain('make_text_presentable(');
    if (code || receivedTexts.includes(name)) expect(rule).toContain('is_presentable(');
  }
});
