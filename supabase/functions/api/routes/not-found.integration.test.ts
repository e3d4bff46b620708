import { beforeAll, expect, test } from 'vitest';
import { type Arena, createArena, refreshPeriod, sendEvents } from '../../../tests/leaderboard/arena.ts';
import { useRealApi } from '../../../tests/real-api.ts';
import { expectProblem } from '../testing/api-rig.ts';

const real = useRealApi();
const noPeriod = 'period_id=999999';
let arena: Arena;

beforeAll(async () => {
  const { sql } = real().supabase.database;
  arena = await createArena(sql, { playerCount: 2 });
  const events = arena.playerIds.map((playerId, index) => ({
    external_id: `missing-${index}`,
    player_id: playerId,
    metric: arena.metric,
    units: index + 1,
    occurred_at: new Date().toISOString(),
  }));
  await sendEvents(sql, events);
  await refreshPeriod(sql, arena.currentPeriodId);
});

type Paths = (board: string, first: string, second: string) => string[];

async function expectEach(board: string, paths: Paths, code: string) {
  const [first = '', second = ''] = arena.playerIds;
  for (const path of paths(board, first, second)) {
    const problem = await expectProblem(await real().get(path), 404, code);
    expect({ path, said: problem.title }).toEqual({ path, said: expect.stringMatching(/ (board|period)/) });
  }
}

test('a board that does not exist is reported as missing by every read', async () => {
  await expectEach(
    'nope',
    (board, first, second) => [
      `/boards/${board}/standings`,
      `/boards/${board}/standings?around=${first}`,
      `/boards/${board}/standings?players=${first}`,
      `/boards/${board}/standings/${first}`,
      `/boards/${board}/standings/${first}/movement`,
      `/boards/${board}/history?players=${first}`,
      `/boards/${board}/at?at=2026-11-22T12:00:00Z`,
      `/boards/${board}/statistics`,
      `/players/${first}/history?board=${board}`,
      `/compare?first=${first}&second=${second}&board=${board}`,
    ],
    'board_not_found',
  );
});

test('a period that the board does not have is reported as missing', async () => {
  await expectEach(
    arena.slug,
    (board, first) => [
      `/boards/${board}/standings?${noPeriod}`,
      `/boards/${board}/standings?${noPeriod}&around=${first}`,
      `/boards/${board}/standings?${noPeriod}&players=${first}`,
      `/boards/${board}/standings/${first}?${noPeriod}`,
      `/boards/${board}/history?players=${first}&${noPeriod}`,
      `/boards/${board}/at?at=2026-11-22T12:00:00Z&${noPeriod}`,
      `/players/${first}/history?board=${board}&${noPeriod}`,
      `/boards/${board}/periods/999999/export`,
    ],
    'period_not_found',
  );
});
