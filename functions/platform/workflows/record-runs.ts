import type { InngestFunction } from 'inngest';
import { followRunEndsId } from '../follow-run-ends.ts';
import { createRunRecorder, type RunObserver } from './create-run-recorder.ts';

/** Adds the recorder to each function, except to the one that records the ends of the others' runs. */
export function recordRuns<Functions extends readonly InngestFunction.Any[]>(
  functions: Functions,
  reporter: RunObserver,
): Functions {
  const recorder = createRunRecorder(reporter);
  for (const one of functions) {
    if (one.id() !== followRunEndsId) one.opts.middleware = [...(one.opts.middleware ?? []), recorder];
  }
  return functions;
}
