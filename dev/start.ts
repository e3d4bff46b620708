// `npm start`: the whole stack until Ctrl-C.
import { runStack } from './stack/run-stack.ts';
import { readStartArguments } from './stack/start-arguments.ts';

await runStack(() => readStartArguments(process.argv.slice(2)));
