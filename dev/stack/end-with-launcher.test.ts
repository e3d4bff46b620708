import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { endWithLauncher } from './end-with-launcher.ts';

const init = 1;
const launcher = 4711;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a process ends when its launcher is gone', () => {
  const end = vi.fn();
  const self = { ppid: launcher, env: { LOCAL_LAUNCHER_PID: String(launcher) } };
  endWithLauncher(end, self);
  vi.advanceTimersByTime(2000);
  expect(end).not.toHaveBeenCalled();
  self.ppid = init;
  vi.advanceTimersByTime(1000);
  expect(end).toHaveBeenCalled();
});

test('a process that merely inherited the variable continues and does not pass it on', () => {
  const end = vi.fn();
  const self = { ppid: 4712, env: { LOCAL_LAUNCHER_PID: String(launcher) } };
  endWithLauncher(end, self);
  vi.advanceTimersByTime(2000);
  expect(end).not.toHaveBeenCalled();
  expect(self.env).toEqual({});
});
