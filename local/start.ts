// `npm start`: the whole stack until Ctrl-C.
import { runStack } from './run-stack.ts';
import { readStartArguments } from './start-arguments.ts';

await runStack(() => readStartArguments(process.argv.slice(2)));
