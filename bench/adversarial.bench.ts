import { parseEntry } from '../electron/capabilities/journal/entry-parser.ts';
import { costMs, MEBIBYTE, shapesOf } from './adversarial/cost.ts';
import { PARSERS } from './adversarial/parsers.ts';
import { type Bench, type Figure, median } from './result.ts';

const LIMIT_MS = 50;
/** Files of the operator's own may be long, and are read once a connection. */
const FROM_OUTSIDE = PARSERS.filter(({ name }) => !name.startsWith('own files:'));
const LINES = 1_000;
const LINE_CHARS = 4_096;
const ROUNDS = 9;

/** Lines as InvokeAI logs them, with one colour code before the level and one at the end; journald prints such a message as bytes. */
function journalLines(isColoured: boolean, asBytes: boolean): readonly string[] {
  const [on, off] = isColoured ? ['\u001b[38;20m', '\u001b[0m'] : ['', ''];
  return Array.from({ length: LINES }, (_none, index) => {
    const text = `${on}[2026-11-22 21:00:00,000]::[InvokeAI]::INFO --> step ${index} ${'loaded a model into memory, '.repeat(200)}`;
    const message = `${text.slice(0, LINE_CHARS - off.length)}${off}`;
    return JSON.stringify({
      __CURSOR: `s=a;i=${index.toString(16)};b=c`,
      __REALTIME_TIMESTAMP: String(1_795_383_176_205_563 + index),
      _BOOT_ID: 'b',
      _SYSTEMD_UNIT: 'invokeai.service',
      PRIORITY: '6',
      MESSAGE: asBytes ? [...Buffer.from(message)] : message,
    });
  });
}

function parsingMs(lines: readonly string[]): number {
  return costMs(() => {
    for (const line of lines) parseEntry(line);
  }, 0);
}

function colourFigure(name: string, coloured: readonly string[], plain: readonly string[]): Figure {
  parsingMs(coloured);
  parsingMs(plain);
  const rounds = Array.from({ length: ROUNDS }, () => ({ value: parsingMs(coloured), peer: parsingMs(plain) }));
  const value = median(rounds.map((round) => round.value));
  const peer = median(rounds.map((round) => round.peer));
  return {
    name: `1,000 log lines of 4 KB with colour codes, ${name}`,
    value,
    unit: 'ms',
    peer,
    ratio: value / peer,
    target: '≤ 1.5 × the same lines without',
    ok: value / peer <= 1.5,
    said: `CPU time of parsing, median of ${ROUNDS} rounds in turns`,
  };
}

export const bench: Bench = {
  name: 'adversarial',
  unavailable: () => null,
  run: async () => {
    let worst = { ms: 0, name: '' };
    let count = 0;
    for (const parser of FROM_OUTSIDE) {
      for (const shape of shapesOf(parser)) {
        const ms = costMs(parser.prepare(shape.text(MEBIBYTE)), LIMIT_MS / 2);
        count += 1;
        if (ms > worst.ms) worst = { ms, name: `${parser.name}, ${shape.name}` };
      }
    }
    return [
      {
        name: 'a mebibyte of hostile text: the slowest parser',
        value: worst.ms,
        unit: 'ms',
        peer: null,
        ratio: null,
        target: `≤ ${LIMIT_MS} ms of CPU`,
        ok: worst.ms <= LIMIT_MS,
        said: `${FROM_OUTSIDE.length} parsers, ${count} texts; the slowest is ${worst.name}`,
      },
      colourFigure('as text', journalLines(true, false), journalLines(false, false)),
      colourFigure('as journald prints them', journalLines(true, true), journalLines(false, true)),
    ];
  },
};
