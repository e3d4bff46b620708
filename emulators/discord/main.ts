import { logFaults } from '../process/log-faults.ts';
import { readEnvironment } from './environment.ts';
import { startSandbox } from './sandbox.ts';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

logFaults();
const sandbox = await startSandbox({ ...readEnvironment(process.env), print });

let isClosing = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (isClosing) return;
    isClosing = true;
    void sandbox.close().then(() => process.exit(0));
  });
}
print(`ready ${sandbox.url}`);
