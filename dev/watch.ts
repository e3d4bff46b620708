// `npm run dev`: like `npm start`, but each process restarts when its source changes, and pages update in
// place.
import { runStack } from './stack/run-stack.ts';
import { readStartArguments } from './stack/start-arguments.ts';

await runStack(() => ({ ...readStartArguments(process.argv.slice(2)), isWatching: true }));
