import { describe, expect, test } from 'vitest';
import { parseInteraction } from './parse-interaction.ts';

const user = {
  id: '222222222222222222',
  username: 'pia',
  global_name: 'Pia',
  discriminator: '0',
  avatar: null,
};
const base = {
  id: '111111111111111111',
  application_id: '333333333333333333',
  token: 'tok',
  version: 1,
  locale: 'de',
  guild_id: '444444444444444444',
  channel_id: '555555555555555555',
  member: { user, permissions: '0', roles: [] },
};
const source = {
  id: base.id,
  token: 'tok',
  guild_id: base.guild_id,
  locale: 'de',
  user: { id: user.id, username: 'pia' },
};

describe('parseInteraction', () => {
  test('reads a ping', () => {
    expect(parseInteraction({ type: 1, id: '1', token: 'x' })).toEqual({ kind: 'ping' });
  });

  test('reads a command with its options', () => {
    const options = [
      { name: 'board', type: 3, value: 'weekly' },
      { name: 'around_me', type: 5, value: true },
    ];
    expect(
      parseInteraction({ ...base, type: 2, data: { id: '1', name: 'leaderboard', type: 1, options } }),
    ).toEqual({
      ...source,
      kind: 'command',
      name: 'leaderboard',
      subcommand: '',
      options: { board: 'weekly', around_me: true },
      target_id: null,
    });
  });

  test('reads a subcommand in a group, with options of every type', () => {
    const given = [
      { name: 'player', type: 3, value: 'pia' },
      { name: 'amount', type: 4, value: 250 },
      { name: 'quietly', type: 5, value: true },
      { name: 'user', type: 6, value: '666666666666666666' },
      { name: 'channel', type: 7, value: '777777777777777777' },
      { name: 'role', type: 8, value: '888888888888888888' },
      { name: 'anyone', type: 9, value: '999999999999999999' },
      { name: 'share', type: 10, value: 0.5 },
    ];
    const options = [{ name: 'credits', type: 2, options: [{ name: 'grant', type: 1, options: given }] }];
    expect(parseInteraction({ ...base, type: 2, data: { name: 'admin', type: 1, options } })).toMatchObject({
      kind: 'command',
      name: 'admin',
      subcommand: 'credits grant',
      options: Object.fromEntries(given.map(({ name, value }) => [name, value])),
    });
  });

  test('reads a subcommand without options, in a group or not', () => {
    const read = (options: unknown) =>
      parseInteraction({ ...base, type: 2, data: { name: 'admin', type: 1, options } });
    const list = { name: 'list', type: 1 };
    const plain = { subcommand: 'list', options: {} };
    expect(read([list])).toMatchObject(plain);
    expect(read([{ name: 'requests', type: 2, options: [list] }])).toMatchObject({
      ...plain,
      subcommand: 'requests list',
    });
  });

  test('reads partial input inside a subcommand', () => {
    const typed = { name: 'player', type: 3, value: 'pi', focused: true };
    const options = [{ name: 'credits', type: 2, options: [{ name: 'grant', type: 1, options: [typed] }] }];
    const parsed = parseInteraction({ ...base, type: 4, data: { name: 'admin', type: 1, options } });
    expect(parsed).toMatchObject({
      ...{ kind: 'autocomplete', name: 'admin', subcommand: 'credits grant' },
      focused: { name: 'player', text: 'pi' },
    });
  });

  test('reads only storable text', () => {
    const options = [{ name: 'reason', type: 3, value: 'for\0 the demo\ud83d' }];
    const command = { ...base, type: 2, data: { name: 'request', type: 1, options } };
    expect(parseInteraction(command)).toMatchObject({ options: { reason: 'for the demo' } });
    const components = [{ component: { custom_id: 'reason', value: 'yes\0' } }];
    const form = { ...base, type: 5, data: { custom_id: 'request', components } };
    expect(parseInteraction(form)).toMatchObject({ fields: { reason: 'yes' } });
  });

  test('takes the person from the direct message outside a server', () => {
    const { member: _member, guild_id: _guild, ...direct } = base;
    const parsed = parseInteraction({ ...direct, user, type: 2, data: { name: 'help', type: 1 } });
    expect(parsed).toMatchObject({ guild_id: null, user: { id: user.id } });
  });

  test('reads partial input', () => {
    const options = [{ name: 'player', type: 3, value: 'pi', focused: true }];
    const parsed = parseInteraction({ ...base, type: 4, data: { name: 'profile', type: 1, options } });
    expect(parsed).toMatchObject({ kind: 'autocomplete', focused: { name: 'player', text: 'pi' } });
  });

  test('reads a click and whether others see the message', () => {
    const click = { ...base, type: 3, data: { custom_id: 'lb:v1:all-time:1', component_type: 2 } };
    const message = { id: '666666666666666666' };
    expect(parseInteraction({ ...click, message: { ...message, flags: 64 } })).toMatchObject({
      kind: 'component',
      custom_id: 'lb:v1:all-time:1',
      fields: {},
      is_on_ephemeral_message: true,
    });
    expect(parseInteraction({ ...click, message })).toMatchObject({ is_on_ephemeral_message: false });
  });

  test('reads what is picked in a select, and what the message showed as picked', () => {
    const options = ['a', 'b', 'c'].map((value) => ({ label: value, value, default: value !== 'b' }));
    const select = { type: 3, id: 2, custom_id: 'bulk:v1', options, min_values: 1, max_values: 3 };
    const text = { type: 10, id: 3, content: 'Choose' };
    const components = [
      { type: 17, id: 1, components: [text, { type: 1, components: [select] }] },
      { type: 1, components: [{ type: 2, custom_id: 'other:v1', label: 'Go' }] },
    ];
    const message = { id: '666666666666666666', flags: 64, components };
    const choice = { custom_id: 'bulk:v1', component_type: 3, values: ['b', 'c\0'] };
    expect(parseInteraction({ ...base, type: 3, data: choice, message })).toMatchObject({
      ...{ values: ['b', 'c'], picked: { 'bulk:v1': ['a', 'c'] } },
    });
    const click = { custom_id: 'other:v1', component_type: 2 };
    expect(parseInteraction({ ...base, type: 3, data: click, message })).toMatchObject({
      ...{ values: [], picked: { 'bulk:v1': ['a', 'c'] } },
    });
    const form = { ...base, type: 5, data: { custom_id: 'form:v1', components: [] }, message };
    expect(parseInteraction(form)).toMatchObject({ values: [], picked: { 'bulk:v1': ['a', 'c'] } });
  });

  test('reads a click on a message whose components it does not know', () => {
    const message = { id: '666666666666666666', components: [{ type: 99, options: 'none' }] };
    const click = { ...base, type: 3, data: { custom_id: 'lb:v1', component_type: 2 }, message };
    expect(parseInteraction(click)).toMatchObject({ custom_id: 'lb:v1', picked: {} });
  });

  test('reads the fields of a form, in labels or in rows', () => {
    const components = [
      { type: 18, component: { type: 3, custom_id: 'credit_type', values: ['ai'] } },
      { type: 18, component: { type: 4, custom_id: 'amount', value: '50' } },
      { type: 1, components: [{ type: 4, custom_id: 'reason', value: 'because' }] },
      { type: 10, content: 'only text' },
    ];
    const parsed = parseInteraction({ ...base, type: 5, data: { custom_id: 'req-form:v1', components } });
    expect(parsed).toMatchObject({ fields: { credit_type: 'ai', amount: '50', reason: 'because' } });
  });

  test.each([
    null,
    {},
    { type: 9 },
    { ...base, type: 2 },
    { ...base, type: 2, id: 'x', data: { name: 'a' } },
    'text',
  ])('ignores payloads that are not interactions: %j', (payload) => {
    expect(parseInteraction(payload)).toBeNull();
  });
});
