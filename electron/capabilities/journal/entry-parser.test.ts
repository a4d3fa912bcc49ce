/* biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what is left out */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixture, outsideCorpus, outsideNames } from '../../../fixtures/samples.ts';
import { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';
import { parseEntry } from './entry-parser.ts';

const line = (fields: object): string =>
  JSON.stringify({ __CURSOR: 's=a;i=1;b=c', __REALTIME_TIMESTAMP: '1795383176205563', _BOOT_ID: 'b', PRIORITY: '6', ...fields });

describe('parseEntry on lines as journald writes them', () => {
  const lines = (text: string): string[] => text.trim().split('\n');

  it('reads every shape of MESSAGE', () => {
    const entries = lines(fixture('journal', 'edge-cases.jsonl')).map(parseEntry);
    expect(entries.map((entry) => entry?.text)).toEqual([
      'a plain line',
      '[2026-03-10 08:15:00,250]::[InvokeAI]::INFO --> in colour',
      'first\nsecond ✓ third',
      'torn \ufffd\ufffd text',
      'left\nright',
      expect.stringContaining('too long'),
      '',
      'tab \t back \\ and "quotes"',
      '',
    ]);
    expect(entries[5]?.kind).toBe('truncated');
    expect(entries[7]?.priority).toBeNull();
    for (const entry of entries) expect(JournalEntry.safeParse(entry).success).toBe(true);
  });

  it('reads a long message whole', () => {
    expect(parseEntry(lines(fixture('journal', 'long-message.jsonl'))[0] ?? '')?.text).toHaveLength(6000);
  });

  const CORPUS = 'host-samples';
  const corpusNames = outsideNames(CORPUS, /^journal-.*\.jsonl$/);
  it.skipIf(corpusNames.length === 0)('reads every line of the extra corpus', () => {
    for (const name of corpusNames)
      for (const text of lines(readFileSync(join(outsideCorpus(CORPUS) ?? '', name), 'utf8')))
        expect(JournalEntry.safeParse(parseEntry(text)).success).toBe(true);
  });
});

describe('parseEntry', () => {
  it('never throws, and answers only what fits the contract', () => {
    const value = fc.oneof(
      fc.string(),
      fc.array(fc.integer({ min: -5, max: 300 })),
      fc.array(fc.string()),
      fc.constant(null),
      fc.integer(),
    );
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('MESSAGE', 'PRIORITY', '_PID', 'UNIT', 'SYSLOG_IDENTIFIER', '__CURSOR'), value),
        (fields) => {
          const entry = parseEntry(line(fields));
          return entry === null || JournalEntry.safeParse(entry).success;
        },
      ),
    );
    fc.assert(fc.property(fc.string(), (text) => parseEntry(text) === null || text.startsWith('{')));
  });

  it('brings any plain text through, as text or as bytes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((text) => !/[\u0000-\u001f\u007f-\u009f]/.test(text)),
        (text) => {
          expect(parseEntry(line({ MESSAGE: text }))?.text).toBe(text);
          expect(parseEntry(line({ MESSAGE: [...Buffer.from(`\u001b[31m${text}\u001b[0m`)] }))?.text).toBe(text);
        },
      ),
    );
  });

  it('reads bytes as it reads text, wherever they stand, and whatever else is printed', () => {
    const text = 'é ✓ \u001b[1mbold\u001b[0m';
    const bytes = [...Buffer.from(text)];
    expect(parseEntry(line({ MESSAGE: bytes, AFTER: 'x' }))?.text).toBe('é ✓ bold');
    expect(parseEntry(line({ MESSAGE: bytes }).replace(/(\d),(\d)/g, '$1, $2'))?.text).toBe('é ✓ bold');
    expect(parseEntry(line({ SYSLOG_IDENTIFIER: '"MESSAGE":[65]', MESSAGE: 'b' }))).toMatchObject({ text: 'b' });
    for (const odd of [[], [256], [-1], [1.5], [[65, 66], [67]], ['a', [65]]]) expect(parseEntry(line({ MESSAGE: odd }))).not.toBeNull();
    expect(parseEntry(line({ MESSAGE: [[65, 66], [67]] }))?.text).toBe('AB\nC');
  });

  it('survives values nested deep, and lines far too long', () => {
    const nested = line({ MESSAGE: 'x' }).replace('"x"', `${'['.repeat(20_000)}${']'.repeat(20_000)}`);
    expect(parseEntry(nested)).toMatchObject({ text: '' });
    expect(parseEntry(line({ MESSAGE: 'y'.repeat(3_000_000) }))).toMatchObject({ kind: 'truncated', cursor: 's=a;i=1;b=c' });
    expect(parseEntry(line({ MESSAGE: 'y'.repeat(100_000) }))?.text).toHaveLength(65_536);
  });

  it('shows no direction controls and no tokens', () => {
    expect(parseEntry(line({ MESSAGE: 'GET /a?token=Zk3vQ9xW7tR2&b=1 \u202egnp.exe' }))?.text).toBe('GET /a?token=…&b=1 gnp.exe');
    expect(parseEntry(line({ MESSAGE: 'x', SYSLOG_IDENTIFIER: '\u2066inv\u0007oke' }))?.identifier).toBe('invoke');
  });

  it('names the unit that systemd speaks about', () => {
    const entry = parseEntry(
      line({ MESSAGE: 'x', _SYSTEMD_UNIT: 'init.scope', UNIT: 'a.service', MESSAGE_ID: 'd9b373ed55a64feb8242e02dbe79a49c' }),
    );
    expect(entry).toMatchObject({ unit: 'a.service', kind: 'lifecycle', severity: 'error' });
  });

  it('marks what journald dropped', () => {
    expect(parseEntry(line({ MESSAGE: 'Suppressed 41 messages from a.service' }))).toMatchObject({
      kind: 'suppressed',
      severity: 'warning',
    });
  });

  it('keeps the place of a line that was cut off', () => {
    const whole = line({ MESSAGE: 'y'.repeat(100), _SYSTEMD_UNIT: 'a.service' });
    expect(parseEntry(`${whole.slice(0, -40)}\u2026`)).toMatchObject({ cursor: 's=a;i=1;b=c', kind: 'truncated' });
    expect(parseEntry(whole.slice(0, -40))).toBeNull();
  });
});
