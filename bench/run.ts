// `npm run bench`, with `-- --players 10000000` for the large one and `-- --refreshes 1000` for the long run.
import { parseArgs } from 'node:util';
import { findFreePort } from '../local/postgres/free-port.ts';
import { fillBoard } from './fill-board.ts';
import { benchIntake } from './intake.ts';
import { benchReads } from './leaderboard-reads.ts';
import { benchBloat, benchRefresh } from './leaderboard-writes.ts';
import { startRedis } from './redis.ts';
import { type Row, reportRows } from './report.ts';
import { benchRestIntake } from './rest-intake.ts';
import { createStage } from './stage.ts';

const { values } = parseArgs({
  options: {
    players: { type: 'string', default: '1000000' },
    refreshes: { type: 'string', default: '1000' },
  },
});
const playerCount = Number(values.players);
const refreshCount = Number(values.refreshes);

const stage = await createStage();
const redis = await startRedis(await findFreePort());
if (!redis) console.log('redis-server is not installed: the rows that compare with it are not measured.');
try {
  console.log(`Filling a board with ${playerCount.toLocaleString('en-US')} players …`);
  const board = await fillBoard(stage.sql, playerCount);
  const filled: Row = { name: 'first refresh of everybody', value: board.fillMs / 1000, unit: 's' };
  const rows = [
    filled,
    ...(await benchReads(stage, board, redis)),
    ...(await benchRefresh(stage.sql, board)),
  ];
  rows.push(...(await benchIntake(stage.sql, board)), ...(await benchRestIntake(stage, board)));
  reportRows(`Leaderboard of ${playerCount} players`, rows);
  if (refreshCount > 0) {
    const bloat = await benchBloat(stage.sql, board, refreshCount);
    reportRows(`Growth over ${refreshCount} refreshes of ${playerCount} players`, bloat);
  }
} finally {
  await redis?.stop();
  await stage.stop();
}
