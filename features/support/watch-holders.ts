import type { Sandbox } from './sandbox.ts';

const pollMs = 20;

/** Everyone who was seen with a role. */
export interface HolderWatch {
  /** Throws if two members ever held the role at the same moment so far. */
  assertNeverTwo: () => void;
  stop: () => Promise<void>;
}

/** Polls all guild members continuously, even while other calls are in flight. */
export function watchHolders(sandbox: Sandbox, role: string): HolderWatch {
  let isWatching = true;
  let seenTogether: string[] = [];
  const watching = (async () => {
    while (isWatching) {
      // Roles do not change while the sandbox is down.
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
