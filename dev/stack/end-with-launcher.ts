const pollMs = 500;

/**
 * Calls `end` once the launcher that started this process is gone: it may be killed without a chance to pass that on.
 * Forgets who the launcher was, as it is not that of the processes which this one starts; whoever inherited the
 * variable all the same has another parent and is left alone.
 */
export function endWithLauncher(
  end: () => void,
  self: { env: Record<string, string | undefined>; readonly ppid: number } = process,
): void {
  const launcher = Number(self.env.LOCAL_LAUNCHER_PID);
  delete self.env.LOCAL_LAUNCHER_PID;
  if (!launcher || self.ppid !== launcher) return;
  setInterval(() => {
    if (self.ppid !== launcher) end();
  }, pollMs).unref();
}
