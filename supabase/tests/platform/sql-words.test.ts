import { expect, test } from 'vitest';
import { creditRequestStates } from '#domain/credits/vocabulary.ts';
import {
  findDifference,
  readBounds,
  readCheckedWords,
  readEventNames,
  readSentMessages,
} from './sql-words.ts';

const check = `CHECK ((state = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text,
  'cancelled'::text, 'expired'::text])))`;

test("a list with the database's words has no difference", () => {
  expect(findDifference(readCheckedWords(check), creditRequestStates)).toEqual({ missing: [], unknown: [] });
});

test.each([
  ['lost', creditRequestStates.slice(1), { missing: ['pending'], unknown: [] }],
  ['added', [...creditRequestStates, 'paid'], { missing: [], unknown: ['paid'] }],
  [
    'renamed',
    creditRequestStates.map((state) => state.replace('rejected', 'refused')),
    { missing: ['rejected'], unknown: ['refused'] },
  ],
])('a word that is %s shows', (_change, listed, difference) => {
  expect(findDifference(readCheckedWords(check), listed)).toEqual(difference);
});

test('a check of another kind has no words', () => {
  expect(readCheckedWords("CHECK ((slug ~ '^[a-z]+$'::text))")).toEqual([]);
});

test('event names are found everywhere except in comments', () => {
  const source = `
    perform platform.emit_event('credits/request.created', jsonb_build_object('request_id', id));
    -- perform platform.emit_event('credits/request.lost', '{}');
    insert into platform.outbox (name, data) values ('discord/member.' || kind, '{"a": "b/c"}');`;
  expect(readEventNames(source)).toEqual(['credits/request.created', 'discord/member.']);
});

test('messages are found with their topic, even behind functions that send them', () => {
  const source = `
    perform realtime.send(
      jsonb_build_object('link', to_jsonb(held), 'note', 'it''s (a, b)'), 'link_changed', 'player:' || player, true);
    perform realtime.send(description, event_name, 'player:' || request.player_id, true);
    perform platform.send_to_managers(description, 'audit_changed', 'audit');
    description := credits.announce_request(request,
      case when word.state = 'open' then 'request_decided' else 'request_updated' end);`;
  expect(readSentMessages(source)).toEqual([
    { topic: 'player', event: 'link_changed' },
    { topic: 'audit', event: 'audit_changed' },
    { topic: 'requests', event: 'request_decided' },
    { topic: 'requests', event: 'request_updated' },
    { topic: 'player', event: 'request_decided' },
    { topic: 'player', event: 'request_updated' },
  ]);
});

test('bounds are found with the code that refuses what is beyond', () => {
  const source = `
    if each_side is null or each_side not between 0 and 100 then
      perform platform.refuse(400, 'invalid_limit', 'There are 0 to 100.', 'Change it.');
    end if;`;
  expect(readBounds(source)).toEqual([{ code: 'invalid_limit', max: 100 }]);
});
