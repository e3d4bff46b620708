/** Durations over many calls. */
export interface Timing {
  median_us: number;
  p99_us: number;
  call_count: number;
}

/** Calls `work` repeatedly, after a tenth as many warm-up calls, and times each call. */
export async function measure(callCount: number, work: (index: number) => Promise<unknown>): Promise<Timing> {
  for (let index = 0; index < callCount / 10; index += 1) await work(index);
  const timesUs: number[] = [];
  for (let index = 0; index < callCount; index += 1) {
    const startedAt = process.hrtime.bigint();
    await work(index);
    timesUs.push(Number(process.hrtime.bigint() - startedAt) / 1000);
  }
  timesUs.sort((a, b) => a - b);
  return {
    median_us: pick(timesUs, 0.5),
    p99_us: pick(timesUs, 0.99),
    call_count: callCount,
  };
}

/**
 * Times several functions alternately, so each round meets the same load and the ratios hold even on a shared
 * machine.
 */
export async function measureInTurns(
  turnCount: number,
  callsPerTurn: number,
  works: Record<string, (index: number) => Promise<unknown>>,
): Promise<Map<string, Timing>> {
  const names = new Map<string, Timing[]>();
  for (let turn = 0; turn < turnCount; turn += 1) {
    for (const [name, work] of Object.entries(works)) {
      const timing = await measure(callsPerTurn, work);
      names.set(name, [...(names.get(name) ?? []), timing]);
    }
  }
  return new Map([...names].map(([name, timings]) => [name, combine(timings)]));
}

/** The medians of the rounds' medians and 99th percentiles. */
function combine(timings: Timing[]): Timing {
  const middle = (values: number[]) =>
    pick(
      values.toSorted((a, b) => a - b),
      0.5,
    );
  return {
    median_us: middle(timings.map(({ median_us }) => median_us)),
    p99_us: middle(timings.map(({ p99_us }) => p99_us)),
    call_count: timings.reduce((sum, { call_count }) => sum + call_count, 0),
  };
}

function pick(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
