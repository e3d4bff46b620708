import { beforeEach, describe, expect, it } from 'vitest';
import type { PartExit, PartRun } from './part-process.ts';
import { SupervisedPart } from './supervised-part.ts';
import { VirtualClock } from './virtual-clock.ts';

const patience = {
  startMs: 120_000,
  graceMs: 8000,
  pauseMs: 250,
  pauseMaxMs: 10_000,
  calmMs: 30_000,
  toldCount: 5,
};

/** A run scripted by the test. */
class FakeRun implements PartRun {
  readonly pid = 1;
  readonly exited: Promise<PartExit>;
  hasExited = false;
  readonly startedAtMs: number;
  say: (line: string) => void;
  readonly #ready = Promise.withResolvers<boolean>();
  #exit: (exit: PartExit) => void = () => {};

  constructor(startedAtMs: number, say: (line: string) => void) {
    this.startedAtMs = startedAtMs;
    this.say = say;
    this.exited = new Promise((resolve) => {
      this.#exit = resolve;
    });
  }

  becomeReady(): void {
    this.#ready.resolve(true);
  }

  crash(exit: Partial<PartExit> = {}): void {
    this.hasExited = true;
    this.#ready.resolve(false);
    this.#exit({ code: 1, signal: null, lastLine: 'no luck', ...exit });
  }

  waitForReadyLine = (): Promise<boolean> => this.#ready.promise;

  async kill(): Promise<void> {
    if (!this.hasExited) this.crash({ code: null, signal: 'SIGKILL', lastLine: '' });
    await this.exited;
  }

  async stop(): Promise<void> {
    await this.kill();
  }
}

let clock: VirtualClock;
let runs: FakeRun[];
let printed: string[];
let part: SupervisedPart;
/** What a run does right after it starts. */
let onLaunch: (run: FakeRun) => void;

beforeEach(() => {
  clock = new VirtualClock();
  runs = [];
  printed = [];
  onLaunch = (run) => run.becomeReady();
  part = new SupervisedPart(
    {
      name: 'web',
      command: [],
      environment: {},
      directory: '/',
      isWarning: (line) => line.startsWith('warning'),
    },
    {
      launch: (_part, say) => {
        const run = new FakeRun(clock.now(), say);
        runs.push(run);
        onLaunch(run);
        return run;
      },
      logFile: '/logs/web.log',
      patience,
      print: (line) => printed.push(line),
      clock,
    },
  );
});

const lastRun = (): FakeRun => runs[runs.length - 1] ?? expect.fail('There was no run.');

describe('a process that keeps crashing', () => {
  const dieAtOnce = (run: FakeRun): void => run.crash({ code: 3, lastLine: 'no luck' });

  it('is restarted with growing delays indefinitely, and that is reported once', async () => {
    await part.start();
    onLaunch = dieAtOnce;
    lastRun().crash({ code: 3, lastLine: 'no luck' });
    await clock.pass(24 * 3_600_000);
    const pauses = runs
      .map(({ startedAtMs }, i) => startedAtMs - (runs[i - 1]?.startedAtMs ?? 0))
      .slice(1, 10);
    expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
    expect(runs.length).toBeGreaterThan(8000);
    expect(printed).toEqual([
      ...Array.from({ length: 4 }, () => 'web stopped: exit code 3, no luck. Restarting it.'),
      'web keeps stopping (5 times in a row): exit code 3, no luck. It is started again every 10 s, and everything else runs on. Its log: /logs/web.log',
    ]);
  });

  it('is silenced meanwhile, and its recovery is reported', async () => {
    await part.start();
    onLaunch = dieAtOnce;
    lastRun().crash();
    await clock.pass(600_000);
    printed.length = 0;
    onLaunch = (run) => {
      run.say('warning: hot');
      run.becomeReady();
    };
    await clock.pass(10_000);
    await part.waitUntilReady();
    expect(printed).toEqual([]);
    await clock.pass(patience.calmMs);
    expect(printed).toEqual(['web runs again.']);
    lastRun().say('warning: hot');
    expect(printed[1]).toBe('web: warning: hot');
  });

  it('gets short delays again after a healthy period', async () => {
    await part.start();
    onLaunch = dieAtOnce;
    lastRun().crash();
    await clock.pass(600_000);
    onLaunch = (run) => run.becomeReady();
    await clock.pass(10_000 + patience.calmMs);
    lastRun().crash();
    const crashedAtMs = clock.now();
    await clock.pass(1000);
    expect(lastRun().startedAtMs - crashedAtMs).toBe(250);
  });

  it('counts a start that hangs as a failed one', async () => {
    await part.start();
    onLaunch = () => {};
    lastRun().crash();
    await clock.pass(250 + patience.startMs + 500);
    expect(runs).toHaveLength(3);
    expect(runs[1]?.hasExited).toBe(true);
  });
});

describe('a process that crashes occasionally', () => {
  it('is reported each time, and its delays do not grow', async () => {
    await part.start();
    for (let i = 0; i < 10; i += 1) {
      await clock.pass(3_600_000);
      lastRun().crash();
      await clock.pass(250);
    }
    expect(runs).toHaveLength(11);
    expect(printed.filter((line) => line === 'web runs again.')).toHaveLength(10);
    expect(printed.filter((line) => line.includes('keeps stopping'))).toEqual([]);
  });
});

describe('a first start', () => {
  it('that exits fails with its last output, and is not repeated', async () => {
    onLaunch = (run) => run.crash({ code: 2, lastLine: 'no disk' });
    await expect(part.start()).rejects.toThrow(
      'web could not start: exit code 2, no disk. Its log: /logs/web.log',
    );
    await clock.pass(600_000);
    expect(runs).toHaveLength(1);
  });

  it('that hangs fails after its timeout and leaves nothing behind', async () => {
    onLaunch = () => {};
    const failed = expect(part.start()).rejects.toThrow('web could not start: it was not ready after 120 s.');
    await clock.pass(patience.startMs);
    await failed;
    expect(lastRun().hasExited).toBe(true);
  });
});

describe('a suspended process', () => {
  it('stays off, even if it was waiting for its next start', async () => {
    await part.start();
    lastRun().crash();
    await clock.pass(100);
    await part.suspend();
    await clock.pass(600_000);
    expect(runs).toHaveLength(1);
    await part.start();
    expect(runs).toHaveLength(2);
  });

  it('is not ready', async () => {
    await part.start();
    await part.suspend();
    const failed = expect(part.waitUntilReady()).rejects.toThrow('web was not ready in time.');
    await clock.pass(patience.startMs);
    await failed;
  });
});
