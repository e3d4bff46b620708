import { After, AfterAll, BeforeAll, setDefaultTimeout } from '@cucumber/cucumber';
import { type RunningStack, startRunningStack } from './running-stack.ts';
import { shareStack, type World } from './world.ts';

// Timeouts end what is stuck; they do not measure speed, because a loaded machine can be very slow.
setDefaultTimeout(120_000);
let running: RunningStack | null = null;

BeforeAll({ timeout: 180_000 }, async () => {
  running = await startRunningStack();
  shareStack(running);
});

After(async function (this: World) {
  // On a fast machine, several scenarios of one player fit into a single window of a limit.
  await this.sql`delete from platform.rate_limits`;
  await this.close();
});

AfterAll({ timeout: 60_000 }, async () => {
  shareStack(null);
  await running?.stop();
});
