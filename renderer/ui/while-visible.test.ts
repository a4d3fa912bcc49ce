import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { everyWhileVisible } from './while-visible.ts';

class FakeDocument extends EventTarget {
  hidden = false;
  change(hidden: boolean): void {
    this.hidden = hidden;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

let page: FakeDocument;
let runs = 0;
const begin = (): (() => void) =>
  everyWhileVisible(1000, () => {
    runs += 1;
  });

beforeEach(() => {
  vi.useFakeTimers();
  page = new FakeDocument();
  vi.stubGlobal('document', page);
  runs = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('runs while the window can be seen, rests while it cannot, and runs at once when it can again', () => {
  const stop = begin();
  vi.advanceTimersByTime(3000);
  expect(runs).toBe(3);
  page.change(true);
  vi.advanceTimersByTime(60_000);
  expect(runs).toBe(3);
  page.change(false);
  expect(runs).toBe(4);
  vi.advanceTimersByTime(1000);
  expect(runs).toBe(5);
  stop();
  page.change(true);
  page.change(false);
  vi.advanceTimersByTime(5000);
  expect(runs).toBe(5);
  expect(vi.getTimerCount()).toBe(0);
});

it('waits for the window where it begins hidden', () => {
  page.hidden = true;
  const stop = begin();
  vi.advanceTimersByTime(5000);
  expect(runs).toBe(0);
  page.change(false);
  expect(runs).toBe(1);
  stop();
});
