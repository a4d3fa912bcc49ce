import { describe, expect, it } from 'vitest';
import { PanelException } from '../shared/errors.ts';
import { MAX_TEXT_CHARS } from '../shared/plain-text.ts';
import { costMs, readOnceMs, shapesOf } from './adversarial/cost.ts';
import { PARSERS } from './adversarial/parsers.ts';
import { SHAPES } from './adversarial/shapes.ts';

/** Far from both: a linear parser takes some 20 times as long as reading the text once, a quadratic one as many times as the text is long. */
const TIMES_AS_LONG_AS_READING_ONCE = 1000;
/** Enough for a careless pattern to take seconds; the benchmark takes a mebibyte. */
const TEXT_CHARS = 2 ** 17;
/** What other work of the machine and collections may add. */
const MIN_LIMIT_MS = 500;
/** Below the time after which a parser is stopped. */
const MAX_LIMIT_MS = 2_000;

const texts = new Map<string, string>();
const textOf = (shape: (typeof SHAPES)[number]): string => {
  const known = texts.get(shape.name);
  if (known !== undefined) return known;
  const text = shape.text(TEXT_CHARS);
  if (SHAPES.includes(shape)) texts.set(shape.name, text);
  return text;
};

/** Parsers whose outcome is not shown as it is, and why. */
const HANDED_ON_RAW: Readonly<Record<string, string>> = {
  'playground: prompt with alternatives': 'the operator’s own words, sent as they are',
  'playground: values of a sweep': 'the operator’s own words, sent as they are',
  'text: stripAnsi': 'a part of plainText',
  'text: redactSecrets': 'used beside plainText',
  'text: secretsIn': 'looked for in documents, and never shown',
  'text: redactDocument': 'a whole file of the support bundle, which is cleaned before',
  'gpu: row': 'cells are cleaned one by one',
  'gpu: processes': 'the output in it becomes an error, which is cleaned',
  'services: list': 'rows are cleaned when they are checked',
  'services: line difference': 'of files that only root can write',
  'services: rule lines': 'of a file that only root can write',
  'setup: invokeai.yaml': 'values are written back as they are; the messages are cleaned',
  'setup: environment of the shim': 'values are written back as they are',
  'setup: environment of the gateway': 'values are compared and written back as they are',
  'setup: unit file': 'values are compared and written back as they are',
  'images: answer': 'the path in it is asked for, not shown',
  'images: answer with an address': 'the path in it is asked for, not shown',
  'images: parameters of A1111': 'a prompt is taken over as it is',
  'images: graph of ComfyUI': 'a prompt is taken over as it is',
  'images: metadata of InvokeAI': 'a prompt is taken over as it is',
  'images: workflow of ComfyUI': 'a prompt is taken over as it is',
  'window: GPU name': 'the main process cleaned it',
  'journal: prefix of InvokeAI': 'read from an entry, whose text is cleaned',
  'window: template of a log line': 'the main process cleaned it',
  'shim: error body': 'the panel cleans what the shim reports',
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNSHOWABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

function outcomeOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (thrown) {
    return thrown instanceof PanelException ? thrown.panelError : null;
  }
}

/** The places of an outcome with a text that may not be shown or is longer than any that is kept. */
function unshowable(value: unknown, path = ''): readonly string[] {
  if (typeof value === 'string') return UNSHOWABLE.test(value) || value.length > MAX_TEXT_CHARS ? [path] : [];
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  const members: readonly (readonly [unknown, unknown])[] = value instanceof Map ? [...value] : Object.entries(value);
  return members
    .slice(0, 200)
    .flatMap(([key, member]) => [...unshowable(key, `${path}.key`), ...unshowable(member, `${path}.${String(key)}`)]);
}

describe('texts from outside', () => {
  const readOnce = readOnceMs('a1, "\n'.repeat(TEXT_CHARS / 6));
  const limitMs = Math.min(MAX_LIMIT_MS, Math.max(MIN_LIMIT_MS, TIMES_AS_LONG_AS_READING_ONCE * readOnce));

  it('notices a pattern that goes back', () => {
    const quadratic = /\s+$/;
    expect(costMs(() => quadratic.test(`${' '.repeat(TEXT_CHARS)}x`), limitMs)).toBeGreaterThan(limitMs);
  });

  it.each(PARSERS)(
    '$name: any text is read in linear time, and nothing is thrown',
    (parser) => {
      for (const shape of shapesOf(parser)) {
        const cost = costMs(parser.prepare(textOf(shape)), limitMs);
        expect(cost, `${parser.name}, ${shape.name}: ${cost.toFixed(0)} ms of CPU`).toBeLessThanOrEqual(limitMs);
      }
    },
    120_000,
  );

  it.each(PARSERS.filter(({ name }) => !(name in HANDED_ON_RAW) && !name.startsWith('own files: ')))(
    '$name: hands on no control characters and no endless text',
    (parser) => {
      for (const hostile of ['a\u202eb\u0007c', `${'x'.repeat(9_000)}${'/\u202e'.repeat(50_000)}`, '/a\u202e \u001b[31mq'.repeat(3_000)])
        for (const prefix of ['', ...parser.prefixes]) expect(unshowable(outcomeOf(parser.prepare(`${prefix}${hostile}`)))).toEqual([]);
    },
  );
});
