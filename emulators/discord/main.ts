import { log } from '../process/log.ts';
import { logFaults } from '../process/log-faults.ts';
import { readEnvironment } from './environment.ts';
import { startSandbox } from './sandbox.ts';

logFaults();
const sandbox = await startSandbox({ ...readEnvironment(process.env), log });

let isClosing = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (isClosing) return;
    isClosing = true;
    void sandbox.close().then(() => process.exit(0));
  });
}
console.log(`ready ${sandbox.url}`);
