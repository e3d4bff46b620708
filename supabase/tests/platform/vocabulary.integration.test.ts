import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { transferAmountMax } from '#domain/credits/limits.ts';
import {
  approverRoles,
  budgetPeriods,
  bulkModes,
  bulkOutcomes,
  creditRequestKinds,
  creditRequestStates,
  creditTypes,
  decisions,
  holdEndings,
  playerAccountKinds,
  requesterNotices,
  rewardOutcomes,
  scheduledGrantStates,
  systemAccountKinds,
  transferKinds,
} from '#domain/credits/vocabulary.ts';
import { playerRoles, visibilities } from '#domain/identity/vocabulary.ts';
import {
  batchEventsMax,
  historyPlayersMax,
  neighboursMax,
  pageRowsMax,
  positionMax,
  standingsPlayersMax,
} from '#domain/leaderboard/limits.ts';
import { tierOfPosition } from '#domain/leaderboard/tier-of-position.ts';
import {
  boardKinds,
  exportFormats,
  latePolicies,
  periodStates,
  tiers,
} from '#domain/leaderboard/vocabulary.ts';
import { realtimeEvents, realtimeTopics } from '#domain/platform/realtime.ts';
import { sources } from '#domain/platform/sources.ts';
import { textFields } from '#domain/platform/text/text-fields.ts';
import {
  runCauseKinds,
  runStatuses,
  stepKinds,
  stepStatuses,
} from '#domain/platform/workflows/vocabulary.ts';
import { memberEvents, memberRoleStates, roleCauseCodes } from '#domain/roles/vocabulary.ts';
import * as catalogue from '#inngest';
import {
  findDifference,
  readBounds,
  readCheckedWords,
  readEventNames,
  readSentMessages,
} from './sql-words.ts';

const none = { missing: [], unknown: [] };

/** The columns that hold one of a few words, with the same list in TypeScript. */
const columns: Record<string, readonly string[]> = {
  'board_periods.state': periodStates.filter((state) => state !== 'upcoming'),
  'boards.kind': boardKinds,
  'boards.late_policy': latePolicies,
  'credit_accounts.kind': [...playerAccountKinds, ...systemAccountKinds],
  'credit_bulk_decisions.decision': decisions,
  'credit_bulk_decisions.mode': bulkModes,
  'credit_bulk_results.outcome': bulkOutcomes,
  'credit_decisions.decision': decisions,
  'credit_policies.credit_type': creditTypes,
  'credit_requests.escalated_to_role': approverRoles,
  'credit_requests.kind': creditRequestKinds,
  'credit_requests.requester_notice': requesterNotices,
  'credit_requests.state': creditRequestStates,
  'credit_transfers.kind': transferKinds,
  'member_roles.confirmed_tier': tiers,
  'member_roles.desired_tier': tiers,
  'member_roles.state': memberRoleStates,
  'player_tiers.tier': tiers,
  'policy_versions.budget_period': budgetPeriods,
  'policy_versions.escalate_to_role': approverRoles,
  'reward_payouts.outcome': rewardOutcomes,
  'reward_prizes.tier': tiers,
  'scheduled_grants.state': scheduledGrantStates,
  'profiles.role': playerRoles,
  'profiles.visibility': visibilities,
  'workflow_runs.cause_kind': runCauseKinds,
  'workflow_runs.status': runStatuses,
  'workflow_steps.kind': stepKinds,
  'workflow_steps.status': stepStatuses,
};

/** Words that only the database uses. */
const ownColumns = ['refresh_runs.job', 'milestones.kind'];

interface DatabaseFunction {
  schema: string;
  name: string;
  source: string;
}

let database: TestDatabase;
let functions: DatabaseFunction[];
beforeAll(async () => {
  database = await createTestDatabase();
  functions = await database.sql<DatabaseFunction[]>`
    select nspname as schema, proname as name, pg_get_functiondef(pg_proc.oid) as source
    from pg_proc join pg_namespace on pg_namespace.oid = pronamespace
    where proowner = 'postgres'::regrole and prokind = 'f' order by 1, 2`;
  expect(functions.length).toBeGreaterThan(200);
});
afterAll(() => database.drop());

function findFunction(name: string): DatabaseFunction {
  const found = functions.find((it) => it.name === name);
  if (!found) throw new Error(`The database has no function ${name}.`);
  return found;
}

test('each column of a few words has exactly those of the vocabulary', async () => {
  const checks = await database.sql<{ column: string; definition: string }[]>`
    select relname || '.' || attname as column, pg_get_constraintdef(pg_constraint.oid) as definition
    from pg_constraint
    join pg_class on pg_class.oid = conrelid
    join pg_attribute on attrelid = conrelid and attnum = conkey[1]
    where contype = 'c' and relowner = 'postgres'::regrole and cardinality(conkey) = 1`;
  const spoken = Object.fromEntries(
    checks
      .map(({ column, definition }) => [column, readCheckedWords(definition)] as const)
      .filter(([column, words]) => words.length > 0 && !ownColumns.includes(column)),
  );
  expect(findDifference(Object.keys(spoken), Object.keys(columns))).toEqual(none);
  for (const [column, words] of Object.entries(spoken)) {
    expect({ column, ...findDifference(words, columns[column] ?? []) }).toEqual({ column, ...none });
  }
});

test('a position is worth the same tier, and tiers have the same order', async () => {
  const { sql } = database;
  const { schema } = findFunction('tier_of_position');
  const rows = await sql<{ position: number; tier: string | null; weight: number }[]>`
    select position::int, tier, ${sql(findFunction('tier_weight').schema)}.tier_weight(tier) as weight
    from generate_series(1, 200) as position, ${sql(schema)}.tier_of_position(position) as tier`;
  for (const { position, tier, weight } of rows) {
    const expected = tierOfPosition(position);
    expect([position, tier]).toEqual([position, expected]);
    expect(weight).toBe(expected === null ? tiers.length + 1 : tiers.indexOf(expected) + 1);
  }
});

test('the database emits every event of the catalogue and no others', () => {
  const spoken = functions
    .flatMap(({ source }) => readEventNames(source))
    .flatMap((name) => (name.endsWith('.') ? memberEvents.map((kind) => `${name}${kind}`) : name));
  const listed = Object.values(catalogue).flatMap((it) =>
    'name' in it && typeof it.name === 'string' ? it.name : [],
  );
  expect(listed.length).toBeGreaterThan(10);
  expect(findDifference(spoken, listed)).toEqual(none);
});

test('pages receive exactly the events they know, over topics they know', () => {
  const sent = functions.flatMap(({ source }) => readSentMessages(source));
  expect(
    findDifference(
      sent.map(({ topic }) => topic),
      Object.keys(realtimeTopics),
    ),
  ).toEqual(none);
  for (const [topic, events] of Object.entries(realtimeEvents)) {
    const spoken = sent.filter((message) => message.topic === topic).map(({ event }) => event);
    expect({ topic, ...findDifference(spoken, events) }).toEqual({ topic, ...none });
  }
});

test('the bot knows every cause that the database acts on', () => {
  const spoken = functions.flatMap(({ source }) =>
    [...source.matchAll(/cause_code (?:in|=) \(?((?:'[a-z_]+'(?:, )?)+)/g)].flatMap(([, list = '']) =>
      [...list.matchAll(/'([a-z_]+)'/g)].map(([, code = '']) => code),
    ),
  );
  expect(spoken).toContain('not_in_server');
  expect(findDifference(spoken, roleCauseCodes).missing).toEqual([]);
});

test('one transfer moves as much as the database allows', () => {
  const [, max] = /not between 1 and (\d+)/.exec(findFunction('make_transfer').source) ?? [];
  expect(Number(max)).toBe(transferAmountMax);
});

test('the database and TypeScript know the same sources', () => {
  const [, list = ''] = /\^\(([a-z|]+)\|api:/.exec(findFunction('resolve_source').source) ?? [];
  expect(findDifference(list.split('|'), sources)).toEqual(none);
});

test.each([
  ['export_period', 'format', exportFormats],
  ['end_credit_hold', 'ending', holdEndings],
])('%s takes every word for its %s', (name, argument, words) => {
  const pattern = new RegExp(`\\b${argument} not in \\(([^)]*)\\)`);
  const [, list = ''] = pattern.exec(findFunction(name).source) ?? [];
  const spoken = [...list.matchAll(/'([a-z_]+)'/g)].map(([, word = '']) => word);
  expect(findDifference(spoken, words)).toEqual(none);
});

test('texts are as long and as wide as the database allows', async () => {
  const triggers = await database.sql<{ definition: string }[]>`
    select pg_get_triggerdef(oid) as definition from pg_trigger
    where pg_get_triggerdef(oid) like '%refuse_unpresentable_text(%'`;
  const spoken = triggers.map(({ definition }) => {
    const [, label, max, min, multiline] =
      /\('\w+', '([^']+)', '\w+', '(\d+)', '(\d+)', '(true|false)'\)/.exec(definition) ?? [];
    return `${label} ${min} ${max} ${multiline}`;
  });
  const listed = Object.values(textFields).map(
    ({ label, lengthMin, lengthMax, isMultiline }) => `${label} ${lengthMin} ${lengthMax} ${isMultiline}`,
  );
  expect(findDifference(spoken, listed)).toEqual(none);
});

test('pages and batches are as large as the database allows', () => {
  const pages = functions.flatMap(({ name, source }) => [
    ...[...source.matchAll(/check_page_size\(\w+, (\d+)\)/g)].map(([, max]) => `${name} ${max}`),
    ...readBounds(source)
      .filter(({ code }) => code === 'invalid_limit' && name !== 'get_standings_around')
      .map(({ max }) => `${name} ${max}`),
  ]);
  const listed = Object.entries(pageRowsMax).map(([name, max]) => `${name} ${max}`);
  expect(findDifference(pages, listed)).toEqual(none);

  const bounds = (name: string) => readBounds(findFunction(name).source);
  expect(bounds('get_standings_around')).toContainEqual({ code: 'invalid_limit', max: neighboursMax });
  expect(bounds('get_rank_history')).toContainEqual({ code: 'invalid_players', max: historyPlayersMax });
  const positions = functions
    .flatMap(({ source }) => readBounds(source))
    .filter(({ code }) => code === 'invalid_position');
  expect(new Set(positions.map(({ max }) => max))).toEqual(new Set([positionMax]));
  expect(bounds('get_standings')).toContainEqual({ code: 'invalid_players', max: standingsPlayersMax });
  const batch = /> (\d+)\s+then\s+perform \w+\.refuse\(400, 'batch_too_large'/.exec(
    findFunction('record_score_events').source,
  );
  expect(Number(batch?.[1])).toBe(batchEventsMax);
});
