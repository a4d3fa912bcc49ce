import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnswers } from '../../../foundation/host-reader/answers.ts';
import { isReadable } from '../../../foundation/host-reader/reader.ts';
import { at, SPAN } from '../testing/report-data.ts';
import { minutesSince, pastRequests, readBoot, readChange, readCommand, readHostPast } from './host-past.ts';
import { readLoggedRequest, readRequestLog, requestLogRequest } from './request-log.ts';

const UNITS = ['invokeai.service', 'nginx.service'];
const MINUTES = minutesSince(SPAN.fromMs, SPAN.toMs);
const us = (hour: number): string => String(at(hour) * 1000);
const entry = (hour: number, id: string, message: string): string =>
  JSON.stringify({ __REALTIME_TIMESTAMP: us(hour), MESSAGE: message, MESSAGE_ID: id });
const record = (head: string, ...lines: readonly string[]): string => `\u001e${head}\n${lines.map((line) => `${line}\n`).join('')}`;

describe('the past of a host', () => {
  it('is read with one command of readable requests', () => {
    const requests = pastRequests(UNITS, MINUTES);
    expect(requests.every(isReadable)).toBe(true);
    expect(MINUTES).toBe(48 * 60 + 1);
  });
  it('has changes, boots, Xids and commands of the span', () => {
    const answers = parseAnswers(
      [
        record(
          `units ${UNITS.join(' ')} ok`,
          'Id=invokeai.service',
          'LoadState=loaded',
          'ActiveState=active',
          '',
          'Id=nginx.service',
          'LoadState=not-found',
        ),
        record(
          `starts invokeai.service ${MINUTES} 400 ok`,
          entry(-1, '39f53479d3a045ac8e11786248231fbf', 'Started InvokeAI before.'),
          entry(2, 'd9b373ed55a64feb8242e02dbe79a49c', 'invokeai.service: Failed with result exit-code.'),
          entry(3, '39f53479d3a045ac8e11786248231fbf', 'Started InvokeAI.'),
          entry(50, 'de5b426a63be47a7b6ac3eaac82e2f6f', 'Stopping InvokeAI after the span.'),
        ),
        record(
          'boots ok',
          'IDX BOOT ID FIRST ENTRY LAST ENTRY',
          ' -1 0123456789abcdef0123456789abcdef Fri 2027-01-15 08:00:00 UTC Fri 2027-01-15 09:00:00 UTC',
          '  0 fedcba9876543210fedcba9876543210 Fri 2027-01-15 09:01:00 UTC—Sun 2027-01-17 08:00:00 UTC',
        ),
        record(
          `xids ${MINUTES} ok`,
          JSON.stringify({ __REALTIME_TIMESTAMP: us(7), MESSAGE: 'NVRM: Xid (PCI:0000:41:00): 79, pid=1, GPU has fallen off the bus.' }),
        ),
        record(
          `sudolog ${MINUTES} ok`,
          `${at(3) / 1000}.000000 ada2 sudo[7]: operator : PWD=/ ; USER=root ; COMMAND=/usr/bin/systemctl restart invokeai`,
        ),
      ].join(''),
    );
    const past = readHostPast(answers, UNITS, MINUTES, SPAN, 0);
    if (past.kind === 'unknown') throw new Error(past.reason);
    expect(past.value.units).toHaveLength(1);
    expect(past.value.units[0]?.changes.map(({ kind }) => kind)).toEqual(['down', 'started', 'stopping']);
    expect(past.value.boots).toHaveLength(2);
    expect(past.value.xids).toMatchObject([{ at: at(7), xid: 79 }]);
    expect(past.value.commands).toMatchObject([{ user: 'operator', command: '/usr/bin/systemctl restart invokeai' }]);
  });
  it('is in the time of this computer', () => {
    const aheadMs = 60_000;
    const answers = parseAnswers(
      [
        record(`units ${UNITS.join(' ')} ok`, 'Id=invokeai.service', 'LoadState=loaded', 'ActiveState=active'),
        record(
          `starts invokeai.service ${MINUTES} 400 ok`,
          entry(0.01, '39f53479d3a045ac8e11786248231fbf', 'Started before the span.'),
          entry(2, '39f53479d3a045ac8e11786248231fbf', 'Started.'),
        ),
        record('boots ok', '  0 0123456789abcdef0123456789abcdef Fri 2027-01-15 08:00:00 UTC Fri 2027-01-15 09:00:00 UTC'),
        record(`sudolog ${MINUTES} ok`, `${at(3) / 1000}.000000 ada2 sudo[7]: me : PWD=/ ; COMMAND=/usr/bin/systemctl stop invokeai`),
      ].join(''),
    );
    const past = readHostPast(answers, UNITS, MINUTES, SPAN, aheadMs);
    if (past.kind === 'unknown') throw new Error(past.reason);
    expect(past.value.units[0]?.changes.map(({ atMs }) => atMs)).toEqual([at(2) - aheadMs]);
    expect(past.value.boots).toEqual([{ fromMs: Date.UTC(2027, 0, 15, 7, 59), toMs: Date.UTC(2027, 0, 15, 8, 59) }]);
    expect(past.value.commands[0]?.atMs).toBe(at(3) - aheadMs);
  });
  it('is unknown where the login may not read the journal', () => {
    expect(readHostPast(parseAnswers(record('boots denied')), UNITS, MINUTES, SPAN, 0)).toMatchObject({ kind: 'unknown' });
    expect(readHostPast(parseAnswers(''), UNITS, MINUTES, SPAN, 0)).toMatchObject({ kind: 'unknown' });
  });
  it('takes no line for more than it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (line) => {
        for (const read of [readChange, readBoot, readCommand, readLoggedRequest]) expect(read(line).length).toBeLessThanOrEqual(1);
      }),
    );
    expect(readChange(entry(1, '98e322203f7a4ed290d09fe03c09fe15', 'x.service: Control process exited, code=exited'))).toEqual([]);
  });
});

describe('the request log of the gateway', () => {
  const request = requestLogRequest('/var/lib/gateway/data/requests.jsonl', MINUTES);
  const path = '/var/lib/gateway/data/requests.jsonl';
  it('has time, status and duration of the span, in seconds, milliseconds or ISO 8601', () => {
    const lines = [
      `${at(1) / 1000}.25 200 4210.5`,
      `${at(2)} 429 `,
      `${new Date(at(3)).toISOString()} 503 12`,
      `${at(-3) / 1000} 200 1`,
      'nonsense',
    ];
    const log = readRequestLog(parseAnswers(record(`${request} ok`, ...lines)), path, MINUTES, SPAN, 0);
    expect(log.kind === 'read' ? log.value.requests : log).toEqual([
      { atMs: at(1) + 250, status: 200, elapsedMs: 4210.5 },
      { atMs: at(2), status: 429, elapsedMs: null },
      { atMs: at(3), status: 503, elapsedMs: 12 },
    ]);
    const late = readRequestLog(parseAnswers(record(`${request} ok`, ...lines)), path, MINUTES, SPAN, -60_000);
    expect(late.kind === 'read' ? late.value.requests[1]?.atMs : late).toBe(at(2) + 60_000);
  });
  it('is cut where as many requests came as are read', () => {
    const cutOf = (count: number) => {
      const lines = Array.from({ length: count }, () => `${at(1)} 200 1`);
      const log = readRequestLog(parseAnswers(record(`${request} ok`, ...lines)), path, MINUTES, SPAN, 0);
      return log.kind === 'read' ? log.value.isCut : log;
    };
    expect([19_999, 20_000].map(cutOf)).toEqual([false, true]);
  });
  it('is unknown with the reason where it cannot be read', () => {
    expect(readRequestLog(parseAnswers(record(`${request} denied`)), path, MINUTES, SPAN, 0)).toMatchObject({
      reason: expect.stringContaining('may not read'),
    });
    expect(readRequestLog(parseAnswers(record(`${request} absent`)), path, MINUTES, SPAN, 0)).toMatchObject({
      reason: expect.stringContaining('does not exist'),
    });
  });
});
