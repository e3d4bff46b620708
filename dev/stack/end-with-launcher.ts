const pollMs = 500;

/**
 * Calls `end` when the launcher that started this process is gone, because it may be killed before it can
 * signal. Removes the variable, because it is not meant for child processes; a process that inherits it
 * anyway has another parent and is left alone.
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
