import type { Sandbox } from './sandbox.ts';

const pollMs = 20;

/** Who was seen with a role. */
export interface HolderWatch {
  /** Throws when at any moment so far two members held the role. */
  assertNeverTwo: () => void;
  stop: () => Promise<void>;
}

/** Looks at all members of the guild all the time, also while somebody else is asked for something. */
export function watchHolders(sandbox: Sandbox, role: string): HolderWatch {
  let isWatching = true;
  let seenTogether: string[] = [];
  const watching = (async () => {
    while (isWatching) {
      // While the sandbox is away nobody's roles change.
      const holders = await sandbox.readHolders(role).catch(() => []);
      if (holders.length > 1) seenTogether = holders;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  })();
  return {
    assertNeverTwo() {
      if (seenTogether.length > 0) throw new Error(`${seenTogether.join(' and ')} were ${role} at once.`);
    },
    async stop() {
      isWatching = false;
      await watching;
    },
  };
}
