/** One piece of work that depends on others. */
export interface Step {
  name: string;
  needs: readonly string[];
  run: () => Promise<void>;
}

/**
 * Runs each step as soon as its dependencies are done. Throws the first error; waiting steps then never run.
 * Steps may only depend on earlier ones, so a deadlock is impossible.
 */
export async function runSteps(steps: readonly Step[]): Promise<void> {
  const done = new Map<string, Promise<void>>();
  for (const { name, needs, run } of steps) {
    const needed = needs.map((need) => {
      const step = done.get(need);
      if (!step) throw new Error(`The step ${name} needs ${need}, which does not come before it.`);
      return step;
    });
    done.set(
      name,
      Promise.all(needed).then(() => run()),
    );
  }
  await Promise.all(done.values());
}
