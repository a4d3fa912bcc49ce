import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLogPrefix } from './log-prefix.ts';

const two = (value: number) => String(value).padStart(2, '0');

describe('parseLogPrefix', () => {
  it('reads time, logger and level of InvokeAI, and where the message begins', () => {
    const text = '[2026-08-19 03:13:04,123]::[ModelInstallService]::WARNING --> Model install: [x]::[y]::INFO --> no';
    const prefix = parseLogPrefix(text);
    expect(prefix).toEqual({ time: '2026-08-19 03:13:04,123', logger: 'ModelInstallService', level: 'WARNING', length: 62 });
    expect(text.slice(prefix?.length)).toBe('Model install: [x]::[y]::INFO --> no');
  });

  it.each([
    '',
    '[',
    'INFO:     127.0.0.1 - "GET / HTTP/1.1" 200 OK',
    '  [2026-08-19 03:13:04,123]::[InvokeAI]::INFO --> indented',
    '[2026-08-19 03:13:04,123]::[]::INFO --> no logger',
    `[2026-08-19 03:13:04,123]::[${'a'.repeat(81)}]::INFO --> endless logger`,
    '[GIN] | 200 | 4.8s',
  ])('leaves %j alone', (text) => expect(parseLogPrefix(text)).toBeNull());

  it('reads back every prefix and never reaches into the message', () => {
    const logger = fc.stringMatching(/^[A-Za-z_][\w.]{0,40}$/);
    const level = fc.constantFrom('DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL');
    fc.assert(
      fc.property(fc.nat(23), fc.nat(59), fc.nat(999), logger, level, fc.string(), (hour, minute, ms, name, word, message) => {
        const time = `2026-11-22 ${two(hour)}:${two(minute)}:31,${String(ms).padStart(3, '0')}`;
        const text = `[${time}]::[${name}]::${word} --> ${message.trimStart()}`;
        const prefix = parseLogPrefix(text);
        expect(prefix).toMatchObject({ time, logger: name, level: word });
        expect(text.slice(prefix?.length)).toBe(message.trimStart());
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseLogPrefix(text)));
  });
});
