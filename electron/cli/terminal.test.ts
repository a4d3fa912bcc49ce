import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { openTerminal } from './terminal.ts';

function fakeTerminal() {
  const emitter = new EventEmitter();
  const modes: boolean[] = [];
  let shown = '';
  let interrupts = 0;
  const input = Object.assign(emitter, {
    setRawMode: (isRaw: boolean) => void modes.push(isRaw),
    setEncoding: () => {},
    resume: () => {},
    pause: () => {},
  });
  const terminal = openTerminal({
    input,
    write: (text) => {
      shown += text;
    },
    onInterrupt: () => {
      interrupts += 1;
    },
  });
  return { terminal, modes, shown: () => shown, interrupts: () => interrupts, type: (text: string) => void emitter.emit('data', text) };
}

/** A question begins in a turn of its own. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('reads a secret without showing it, and corrects what was typed', async () => {
  const { terminal, modes, shown, type } = fakeTerminal();
  const secret = terminal.askSecret('Password: ');
  await settled();
  type('abd\u007fc');
  type('\r');
  expect(await secret).toBe('abc');
  expect(shown()).toBe('Password: \n');
  expect(modes).toEqual([true, false]);
});

it('shows an answer, asks one question after the other, and takes no key of the one before', async () => {
  const { terminal, shown, type } = fakeTerminal();
  const first = terminal.ask('One? ');
  const second = terminal.ask('Two? ');
  await settled();
  type('yes\nlate');
  expect(await first).toBe('yes');
  await settled();
  type('x\u0015no\n');
  expect(await second).toBe('no');
  expect(shown()).toBe('One? yes\nTwo? x\b \bno\n');
});

it('cancels on Ctrl+C, Ctrl+D and the end of the question', async () => {
  const { terminal, interrupts, type } = fakeTerminal();
  const first = terminal.ask('One? ');
  await settled();
  type('ab\u0003');
  expect([await first, interrupts()]).toEqual([null, 1]);
  const second = terminal.ask('Two? ');
  await settled();
  type('\u0004');
  expect(await second).toBeNull();
  const gone = new AbortController();
  const third = terminal.ask('Three? ', gone.signal);
  await settled();
  gone.abort();
  expect(await third).toBeNull();
});
