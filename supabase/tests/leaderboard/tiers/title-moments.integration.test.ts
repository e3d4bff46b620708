import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import type { BoardPage, Standing } from '#domain/leaderboard/standing.ts';
import { tierOfPosition } from '#domain/leaderboard/tier-of-position.ts';
import { Game } from '../game.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

const begin = (playerCount: number, titleHold = 0) => Game.begin(database.sql, { playerCount, titleHold });

/** Each published page, and its message, in order. */
async function readPublished(game: Game): Promise<{ page: BoardPage; message: Message }> {
  const [row] = await game.sql<{ page: BoardPage; message: Message }[]>`
    select public.get_board_page(${game.arena.slug}) as page, (
      select payload from realtime.messages where topic = ${`board:${game.arena.slug}`}
      order by (payload ->> 'version')::int desc limit 1) as message`;
  if (!row) throw new Error('Nothing was published.');
  return row;
}

type Message = { version: number; changes: Standing[]; titles_due_at: (string | null)[] | null };

describe('a title', () => {
  const turns = fc.array(fc.record({ player: fc.nat({ max: 11 }), units: fc.integer({ min: 1, max: 9 }) }), {
    minLength: 1,
    maxLength: 8,
  });

  it('comes with the place that earns it: no page and no message ever has it elsewhere', async () => {
    await fc.assert(
      fc.asyncProperty(turns, async (plays) => {
        const game = await begin(12);
        for (const { player, units } of plays) {
          await game.play({ [player]: units });
          const { page, message } = await readPublished(game);
          expect(message.version).toBe(page.board.version);
          for (const { position, tier } of [...page.standings, ...message.changes])
            expect(tier).toBe(tierOfPosition(position));
          expect([page.board.titles_due_at, message.titles_due_at]).toEqual([null, null]);
        }
      }),
      { numRuns: 6 },
    );
  });

  it('on hold is due when it really passes', async () => {
    await fc.assert(
      fc.asyncProperty(turns, fc.integer({ min: 1, max: 3 }), async (plays, titleHold) => {
        const game = await begin(12, titleHold);
        for (const { player, units } of plays) await game.play({ [player]: units });
        for (;;) {
          const { page, message } = await readPublished(game);
          expect(message.titles_due_at).toEqual(page.board.titles_due_at);
          const first = page.standings.slice(0, 3);
          const waits = (page.board.titles_due_at ?? []).map((due) =>
            due === null ? 0 : Math.round((Date.parse(due) - Date.parse(page.board.as_of)) / 30_000),
          );
          for (const [index, { position, tier }] of first.entries())
            expect((waits[index] ?? 0) > 0).toBe(tier !== tierOfPosition(position));
          if (page.board.titles_due_at === null) break;
          const next = Math.min(...waits.filter((wait) => wait > 0));
          const index = waits.indexOf(next);
          for (let quiet = 1; quiet < next; quiet += 1) await game.refresh();
          expect((await readPublished(game)).page.standings[index]?.tier).not.toBe(tierOfPosition(index + 1));
          await game.refresh();
          expect((await readPublished(game)).page.standings[index]?.tier).toBe(tierOfPosition(index + 1));
        }
      }),
      { numRuns: 6 },
    );
  });

  it('is held only by boards that are configured to', async () => {
    const [row] = await database.sql`
      select public.create_board('plain', 'Plain', 'weekly') ->> 'title_hold_refreshes' as made,
        (select title_hold_refreshes from public.boards where slug = 'all-time') as first`;
    expect(row).toEqual({ made: '0', first: 0 });
  });
});
