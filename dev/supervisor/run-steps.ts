/** One piece of work that waits for others. */
export interface Step {
  name: string;
  needs: readonly string[];
  run: () => Promise<void>;
}

/**
 * Runs each step as soon as the steps it needs are done. Throws the first error; steps that wait are then never
 * run. Steps may only need steps that stand before them, so there is no way to wait in a circle.
 */
export async function runSteps(steps: readonly Step[]): Promise<void> {
  const done = new Map<string, Promise<void>>();
  for (const { name, needs, run } of steps) {
    const needed = needs.map((need) => {
      const step = done.get(need);
      if (!step) throw new Error(`The step ${name} needs ${need}, which does not stand before it.`);
      return step;
    });
    done.set(
      name,
      Promise.all(needed).then(() => run()),
    );
  }
  await Promise.all(done.values());
}
