import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { hostileTexts } from '#domain/platform/testing/hostile-texts.ts';
import { describeTextProblem, findTextProblem, tidyText } from '#domain/platform/text/presentable-text.ts';
import { isStorable } from '#domain/platform/text/storable-text.ts';
import { type TextField, textFields } from '#domain/platform/text/text-fields.ts';
import { requestCredits } from '../credits/credit-stage.ts';
import { createPlayer, type Player } from '../personas.ts';
import { chosenTexts } from './text-columns.ts';

let database: TestDatabase;
let pia: Player;
let ada: Player;
let requesterCount = 0;
beforeAll(async () => {
  database = await createTestDatabase();
  pia = await createPlayer(database, 'pia');
  ada = await createPlayer(database, 'ada', 'admin');
});
afterAll(() => database.drop());

type Write = (sql: postgres.TransactionSql, text: string) => Promise<readonly { kept: string }[]>;

/** Every column of chosen text, with a row that contains it. */
const writes: Record<string, { field: TextField; write: Write }> = {
  'profiles.display_name': {
    field: textFields.displayName,
    write: (sql, text) => sql`
      insert into public.profiles (username, display_name) values ('somebody', ${text}) returning display_name as kept`,
  },
  'boards.name': {
    field: textFields.boardName,
    write: (sql, text) => sql`
      update public.boards set name = ${text} where slug = 'weekly' returning name as kept`,
  },
  'leaderboard.board_periods.name': {
    field: textFields.seasonName,
    write: (sql, text) => sql`
      update leaderboard.board_periods set name = ${text}
      where board_id = (select id from public.boards where slug = 'weekly') returning name as kept`,
  },
  'integrations.api_keys.name': {
    field: textFields.apiKeyName,
    write: (sql, text) => sql`
      insert into integrations.api_keys (name, source, prefix, key_hash, scopes)
      values (${text}, 'x', 'x', ${'0'.repeat(64)}, '{score-events:write}') returning name as kept`,
  },
  'integrations.api_keys.source': {
    field: textFields.apiKeySource,
    write: (sql, text) => sql`
      insert into integrations.api_keys (name, source, prefix, key_hash, scopes)
      values ('x', ${text}, 'x', ${'0'.repeat(64)}, '{score-events:write}') returning source as kept`,
  },
  'credit_requests.reason': {
    field: textFields.reason,
    write: (sql, text) => sql`
      insert into public.credit_requests (player_id, credit_type, amount, reason, source, expires_at, remind_at)
      values (${pia.player_id}, 'ai', 1, ${text}, 'web', now(), now()) returning reason as kept`,
  },
  'credit_decisions.comment': {
    field: textFields.comment,
    write: async (sql, text) => {
      const [request] = await sql<{ id: string }[]>`select id from public.credit_requests limit 1`;
      return sql`
        insert into public.credit_decisions (request_id, decision, decided_by, comment, source, is_final)
        values (${request?.id ?? ''}, 'approve', ${ada.player_id}, ${text}, 'web', false) returning comment as kept`;
    },
  },
  'credit_bulk_decisions.comment': {
    field: textFields.comment,
    write: (sql, text) => sql`
      insert into public.credit_bulk_decisions (decision, mode, decided_by, comment, source)
      values ('approve', 'continue', ${ada.player_id}, ${text}, 'web') returning comment as kept`,
  },
  'credits.listed_groups.name': {
    field: textFields.groupName,
    write: (sql, text) => sql`
      with list as (insert into credits.group_lists (version, effective_from, source) values (1, now(), 'web')),
      made as (insert into credits.player_groups default values returning id)
      insert into credits.listed_groups (list_version, place, group_id, name, roles)
      select 1, 1, id, ${text}, '{player}' from made returning name as kept`,
  },
  'credits.scheduled_grants.reason': {
    field: textFields.reason,
    write: (sql, text) => sql`
      insert into credits.scheduled_grants (
        player_id, credit_type, amount, reason, effective_at, source, created_by)
      values (${pia.player_id}, 'ai', 1, ${text}, now(), 'web', ${ada.player_id}) returning reason as kept`,
  },
  'credit_transfers.reason': {
    field: textFields.transferReason,
    write: (sql, text) => sql`
      insert into public.credit_transfers (kind, credit_type, player_id, amount, idempotency_key, reason)
      values ('grant', 'ai', ${pia.player_id}, 1, 'k', ${text}) returning reason as kept`,
  },
};

class Undo extends Error {}

/** The result of writing a text: the stored text, or the refusal. Rolled back. */
async function tryWrite(write: Write, text: string): Promise<unknown> {
  let kept: string | undefined;
  try {
    await database.sql.begin(async (sql) => {
      kept = (await write(sql, text))[0]?.kept;
      throw new Undo();
    });
  } catch (error) {
    if (error instanceof Undo) return { kept };
    if (!(error instanceof postgres.PostgresError)) throw error;
    return { sqlstate: error.code, code: error.detail, sentence: `${error.message} ${error.hint}` };
  }
  return undefined;
}

describe('what people and APIs choose', () => {
  test('is covered in every column', () => {
    expect(Object.keys(writes).toSorted()).toEqual(Object.keys(chosenTexts).toSorted());
  });

  test.each(Object.entries(writes))('is tidied in %s, or refused with the problem', async (column, into) => {
    const { field, write } = into;
    // A player for each column: nobody requests this often within a minute.
    await requestCredits(database, await createPlayer(database, `asks${requesterCount++}`), 1);
    for (const text of hostileTexts.filter(isStorable)) {
      const kept = tidyText(text, field.isMultiline);
      const problem = findTextProblem(kept, field);
      const isTooLongForEvents = column === 'integrations.api_keys.source' && [...kept].length > 64;
      if (isTooLongForEvents && !problem) continue;
      const expected = problem
        ? {
            sqlstate: 'DS400',
            code: chosenTexts[column],
            sentence: describeTextProblem(problem, field.label, field),
          }
        : { kept };
      expect([text, await tryWrite(write, text)]).toEqual([text, expected]);
    }
    await database.sql`update public.credit_requests set state = 'cancelled', closed_at = now() where state = 'pending'`;
  });
});

test.each([['..'], ['-_'], ['.-.']])('%j is not a username', async (username) => {
  const write: Write = (sql, text) =>
    sql`insert into public.profiles (username, display_name) values (${text}, 'x') returning username as kept`;
  expect(await tryWrite(write, username)).toMatchObject({ sqlstate: 'DS400', code: 'username_invalid' });
});

describe('text from Discord', () => {
  test('never blocks a sign-up', async () => {
    for (const full_name of hostileTexts.filter(isStorable)) {
      const [user] = await database.sql<{ id: string }[]>`
        insert into auth.users (id, raw_user_meta_data)
        values (gen_random_uuid(), ${database.sql.json({ full_name })}) returning id`;
      const [player] = await database.sql<{ display_name: string }[]>`
        select display_name from public.profiles where user_id = ${user?.id ?? ''}`;
      expect([full_name, findTextProblem(player?.display_name ?? '', textFields.displayName)]).toEqual([
        full_name,
        null,
      ]);
    }
  });

  test.each([
    ['\u200b', 'Guild\n**forged**', '1111111111111111', 'Guild **forged**'],
    ['Pixel\u202e', '\u2800', 'Pixel', '999999999999999999'],
  ])('%j and %j are made presentable', async (name, guild, keptName, keptGuild) => {
    const [link] = await database.sql`
      insert into public.discord_links (player_id, discord_user_id, discord_username, discord_display_name)
      values (${pia.player_id}, '1111111111111111', ${name}, ${name})
      on conflict (player_id) do update set discord_username = excluded.discord_username,
        discord_display_name = excluded.discord_display_name
      returning discord_username, discord_display_name`;
    expect(link).toEqual({
      discord_username: keptName,
      discord_display_name: keptName === '1111111111111111' ? null : keptName,
    });
    const [row] = await database.sql`select public.upsert_guild('999999999999999999', ${guild}) as guild`;
    expect(row?.guild.name).toBe(keptGuild);
  });
});
