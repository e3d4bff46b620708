import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { requestRegularly } from './request-regularly.ts';

class Tab extends EventTarget {
  visibilityState = 'visible';

  turn(state: 'visible' | 'hidden'): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

const minuteMs = 60_000;
let tab: Tab;
let request: ReturnType<typeof vi.fn<() => void>>;
let end: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  tab = new Tab();
  request = vi.fn<() => void>();
  end = requestRegularly(request, 5 * minuteMs, tab);
});
afterEach(() => {
  end();
  vi.useRealTimers();
});

test('asks at each interval', () => {
  vi.advanceTimersByTime(4 * minuteMs);
  expect(request).not.toHaveBeenCalled();
  vi.advanceTimersByTime(6 * minuteMs);
  expect(request).toHaveBeenCalledTimes(2);
});

test('pauses while hidden, and asks once when visible again', () => {
  tab.turn('hidden');
  vi.advanceTimersByTime(60 * minuteMs);
  expect(request).not.toHaveBeenCalled();
  tab.turn('visible');
  expect(request).toHaveBeenCalledTimes(1);
  tab.turn('hidden');
  tab.turn('visible');
  expect(request).toHaveBeenCalledTimes(1);
});

test('stops at its end', () => {
  end();
  vi.advanceTimersByTime(60 * minuteMs);
  tab.turn('visible');
  expect(request).not.toHaveBeenCalled();
});
