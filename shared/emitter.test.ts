import { afterEach, expect, it, vi } from 'vitest';
import { createEmitter } from './emitter.ts';

afterEach(() => vi.unstubAllGlobals());

it('calls listeners in the order in which they were added, until they unsubscribe', () => {
  const { on, emit } = createEmitter<number>();
  const heard: string[] = [];
  const stop = on((value) => heard.push(`a${value}`));
  on((value) => heard.push(`b${value}`));
  emit(1);
  stop();
  stop();
  emit(2);
  expect(heard).toEqual(['a1', 'b1', 'b2']);
});

it('one function added twice is two subscriptions', () => {
  const emitter = createEmitter();
  const listener = vi.fn();
  const stop = emitter.on(listener);
  emitter.on(listener);
  emitter.emit();
  stop();
  stop();
  emitter.emit();
  expect(listener).toHaveBeenCalledTimes(3);
  expect(emitter.listenerCount).toBe(1);
});

it('a listener removed during an event is not called, and one added then waits for the next', () => {
  const emitter = createEmitter<string>();
  const heard: string[] = [];
  emitter.on(() => {
    stopLate();
    emitter.on((value) => heard.push(`added ${value}`));
  });
  const stopLate = emitter.on((value) => heard.push(`removed ${value}`));
  emitter.emit('one');
  expect(heard).toEqual([]);
  emitter.emit('two');
  expect(heard).toEqual(['added two']);
});

it('a listener that throws stops neither the others nor the emitter, and its error is not lost', () => {
  const later: (() => void)[] = [];
  vi.stubGlobal('queueMicrotask', (task: () => void) => later.push(task));
  const emitter = createEmitter<number>();
  const heard = vi.fn();
  emitter.on(() => {
    throw new Error('broken listener');
  });
  emitter.on(heard);
  expect(() => emitter.emit(7)).not.toThrow();
  expect(heard).toHaveBeenCalledWith(7);
  expect(later).toHaveLength(1);
  expect(later[0]).toThrow('broken listener');
});

it('after clear nobody is called', () => {
  const emitter = createEmitter<number>();
  const listener = vi.fn();
  emitter.on(listener);
  emitter.clear();
  emitter.emit(1);
  expect(listener).not.toHaveBeenCalled();
  expect(emitter.listenerCount).toBe(0);
});
