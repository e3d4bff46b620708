// `npm run bench`, with `-- --players 10000000` for the large board, `-- --refreshes 1000` for the growth run and
// `-- --only credits` without the boards.
import { parseArgs } from 'node:util';
import { findFreePort } from '#emulators/process/free-port.ts';
import { benchApproval } from './approval.ts';
import { benchRequests } from './credit-requests.ts';
import { fillBoards } from './fill-board.ts';
import { benchGrowth } from './growth.ts';
import { benchIntake } from './intake.ts';
import { benchReads } from './leaderboard-reads.ts';
import { benchRefresh } from './leaderboard-writes.ts';
import { benchLedger } from './ledger.ts';
import { startRedis } from './redis.ts';
import { type Row, reportRows } from './report.ts';
import { benchRestIntake } from './rest-intake.ts';
import { benchRunRecording } from './run-recording.ts';
import { createStage, type Stage } from './stage.ts';

const { values } = parseArgs({
  options: {
    players: { type: 'string', default: '1000000' },
    refreshes: { type: 'string', default: '1000' },
    only: { type: 'string' },
  },
});
const playerCount = Number(values.players);
const refreshCount = Number(values.refreshes);

async function benchLeaderboard(stage: Stage): Promise<void> {
  const redis = await startRedis(await findFreePort());
  if (!redis) console.log('redis-server is not installed, so the rows that compare with it are skipped.');
  try {
    console.log(`Filling a board with ${playerCount.toLocaleString('en-US')} players …`);
    const boards = await fillBoards(stage.sql, playerCount);
    const rows: Row[] = [
      { name: 'first refresh of all players', value: boards.whole.fillMs / 1000, unit: 's' },
      ...(await benchReads(stage, boards.whole, redis)),
      ...(await benchRefresh(stage.sql, boards)),
      ...(await benchIntake(stage.sql, boards.whole)),
      ...(await benchRestIntake(stage, boards.whole)),
    ];
    reportRows(`Leaderboard of ${playerCount} players`, rows);
    if (refreshCount > 0) {
      const growth = await benchGrowth(stage.sql, boards.whole, refreshCount);
      reportRows(`Growth over ${refreshCount} refreshes of ${playerCount} players`, growth);
    }
  } finally {
    await redis?.stop();
  }
}

const stage = await createStage();
try {
  if (values.only !== 'credits') await benchLeaderboard(stage);
  reportRows('Credits', [...(await benchLedger(stage.sql)), ...(await benchRequests(stage.sql))]);
  reportRows('Recording of runs', await benchRunRecording(stage));
} finally {
  await stage.stop();
}
reportRows('Approvals', await benchApproval());
