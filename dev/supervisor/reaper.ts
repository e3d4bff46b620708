// Ends the stack's processes if the supervisor was killed before it could. It learns of each process group on
// standard input: "+pid" on start, "-pid" on end. If the input ends without "end", the supervisor died.
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const graceMs = 3000;
const groups = new Set<number>();
let isOver = false;

// Ctrl-C in the terminal is for the supervisor.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

function signalAll(signal: NodeJS.Signals): void {
  for (const group of groups) {
    try {
      process.kill(-group, signal);
    } catch {
      groups.delete(group);
    }
  }
}

for await (const line of createInterface(process.stdin)) {
  if (line === 'end') isOver = true;
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) groups.add(pid);
  if (line.startsWith('-')) groups.delete(pid);
}
if (!isOver) {
  signalAll('SIGTERM');
  const deadline = Date.now() + graceMs;
  while (groups.size > 0 && Date.now() < deadline) {
    await delay(100);
    for (const group of groups) {
      try {
        process.kill(-group, 0);
      } catch {
        groups.delete(group);
      }
    }
  }
  signalAll('SIGKILL');
}
