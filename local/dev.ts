// `npm run dev`: as `npm start`, but each part starts again when its source changes, and pages update in place.
import { runStack } from './run-stack.ts';
import { readStartArguments } from './start-arguments.ts';

await runStack(() => ({ ...readStartArguments(process.argv.slice(2)), isWatching: true }));
