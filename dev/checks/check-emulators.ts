// The emulators know nothing of the product.
import { existsSync, readFileSync } from 'node:fs';
import { findProductTraces } from './find-product-traces.ts';
import { listSourceFiles } from './list-source-files.ts';

const files = listSourceFiles().filter((path) => path.startsWith('emulators/') && existsSync(path));
const traces = files.flatMap((path) => findProductTraces(path, readFileSync(path, 'utf8')));

for (const trace of traces) console.error(trace);
console.log(`${files.length} files of emulators/ were read`);
process.exitCode = traces.length === 0 && files.length > 0 ? 0 : 1;
