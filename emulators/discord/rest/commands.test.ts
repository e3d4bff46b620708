import { afterAll, beforeAll, expect, test } from 'vitest';
import { applicationId, guildId } from '../testing/book-club.ts';
import { startTestSandbox, type TestSandbox } from '../testing/start-test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());

const globalCommandsPath = `/applications/${applicationId}/commands`;
const guildCommandsPath = `/applications/${applicationId}/guilds/${guildId}/commands`;
const command = (change = {}) => ({ name: 'shelf', description: 'Your shelf', ...change });
const option = (change = {}) => ({ type: 3, name: 'board', description: 'Which board', ...change });

test('a bulk overwrite replaces everything and keeps the id of what stays', async () => {
  const first = await sandbox.bot('PUT', globalCommandsPath, [command(), command({ name: 'help' })]);
  expect(first.status).toBe(200);
  const second = await sandbox.bot('PUT', globalCommandsPath, [command({ description: 'Changed' })]);
  expect(second.body).toHaveLength(1);
  expect(second.body[0]).toMatchObject({ id: first.body[0].id, description: 'Changed' });
  expect(second.body[0]).not.toHaveProperty('guild_id');
  expect((await sandbox.bot('GET', globalCommandsPath)).body).toHaveLength(1);
});

test('one command is created with 201, replaced with 200, edited and deleted', async () => {
  const created = await sandbox.bot('POST', guildCommandsPath, command());
  expect([created.status, created.body.guild_id]).toEqual([201, guildId]);
  expect((await sandbox.bot('POST', guildCommandsPath, command({ description: 'Again' }))).status).toBe(200);
  const path = `${guildCommandsPath}/${created.body.id}`;
  const edited = await sandbox.bot('PATCH', path, { default_member_permissions: '32' });
  expect(edited.body).toMatchObject({ description: 'Again', default_member_permissions: '32' });
  expect((await sandbox.bot('DELETE', path)).status).toBe(204);
  expect((await sandbox.bot('GET', path)).body.code).toBe(10063);
});

const many = (count: number) => Array.from({ length: count }, (_, index) => index);

test.each([
  ['an upper-case name', command({ name: 'Rank' }), ['0', 'name']],
  ['a name with a space', command({ name: 'my rank' }), ['0', 'name']],
  ['a name of 33 letters', command({ name: 'a'.repeat(33) }), ['0', 'name']],
  ['no description', { name: 'shelf' }, ['0', 'description']],
  ['a description of 101 letters', command({ description: 'a'.repeat(101) }), ['0', 'description']],
  ['a description for a user command', command({ type: 2 }), ['0', 'description']],
  ['26 options', command({ options: many(26).map((n) => option({ name: `o${n}` })) }), ['0', 'options']],
  [
    'a required option after an optional one',
    command({ options: [option(), option({ name: 'b', required: true })] }),
    ['0', 'options', '1'],
  ],
  ['two options of one name', command({ options: [option(), option()] }), ['0', 'options', '1', 'name']],
  [
    '26 choices',
    command({ options: [option({ choices: many(26).map((n) => ({ name: `${n}`, value: `${n}` })) })] }),
    ['0', 'options', '0', 'choices'],
  ],
  [
    'choices and autocomplete together',
    command({ options: [option({ autocomplete: true, choices: [{ name: 'a', value: 'a' }] })] }),
    ['0', 'options', '0', 'autocomplete'],
  ],
  [
    'a subcommand beside an option',
    command({ options: [option(), { type: 1, name: 'sub', description: 'x' }] }),
    ['0', 'options'],
  ],
  [
    'more than 8000 characters',
    command({
      options: many(25).map((n) =>
        option({
          name: `o${n}`,
          description: 'd'.repeat(100),
          choices: many(25).map((m) => ({ name: `choice ${m}`, value: `value ${m}` })),
        }),
      ),
    }),
    ['0'],
  ],
])('Discord refuses %s', async (_, wrong, place) => {
  const refused = await sandbox.bot('PUT', guildCommandsPath, [wrong]);
  expect([refused.status, refused.body.code]).toEqual([400, 50035]);
  const at = place.reduce((errors, segment) => errors?.[segment], refused.body.errors);
  expect(at?._errors?.[0]?.code).toMatch(/^[A-Z_]+$/);
  expect((await sandbox.bot('GET', guildCommandsPath)).body).toEqual([]);
});

test('two commands of one name are refused, unless their types differ', async () => {
  const twice = await sandbox.bot('PUT', guildCommandsPath, [command(), command()]);
  expect(twice.body.errors['1']._errors[0].code).toBe('APPLICATION_COMMANDS_DUPLICATE_NAME');
  const types = await sandbox.bot('PUT', guildCommandsPath, [command(), { name: 'shelf', type: 2 }]);
  expect(types.status).toBe(200);
});

test('there is room for 100 slash commands and 15 user commands', async () => {
  const slash = many(101).map((n) => command({ name: `c${n}` }));
  expect((await sandbox.bot('PUT', guildCommandsPath, slash)).body.code).toBe(30032);
  expect((await sandbox.bot('PUT', guildCommandsPath, slash.slice(1))).status).toBe(200);
  const user = many(16).map((n) => ({ name: `User ${n}`, type: 2 }));
  expect((await sandbox.bot('PUT', guildCommandsPath, user)).body.code).toBe(30032);
});
