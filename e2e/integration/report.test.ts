import { describe, expect, it } from 'vitest';
import { restartsOf } from '../../electron/capabilities/report/build/restarts.ts';
import { minutesSince, pastRequests, readHostPast } from '../../electron/capabilities/report/collect/host-past.ts';
import { readRequestLog, requestLogRequest } from '../../electron/capabilities/report/collect/request-log.ts';
import { readHost } from '../../electron/foundation/host-reader/reader.ts';
import { HOSTS } from './hosts.ts';
import { until } from './panel.ts';
import { requestLine, SUDO, useHost } from './use-host.ts';

const UNITS = ['invokeai.service'];
const LOG = '/srv/requests.jsonl';
const HOUR_MS = 3_600_000;

describe.each(HOSTS)('what a host kept for a report (%s)', (kind) => {
  const { host, panel } = useHost(kind);
  const readPast = async () => {
    const nowMs = Date.now();
    const span = { fromMs: nowMs - HOUR_MS, toMs: nowMs + HOUR_MS };
    const minutes = minutesSince(span.fromMs, nowMs);
    const answers = await readHost(panel().connection, [...pastRequests(UNITS, minutes), requestLogRequest(LOG, minutes)], {
      asRoot: false,
    });
    return { span, past: readHostPast(answers, UNITS, minutes, span, 0), log: readRequestLog(answers, LOG, minutes, span, 0) };
  };

  it('is read with one command: restarts with who ran them, and boots', async () => {
    const { exitCode, stderr } = await panel().connection.exec(['/usr/bin/systemctl', 'restart', 'invokeai.service'], SUDO);
    expect(exitCode, stderr).toBe(0);
    const restart = await until(async () => {
      const { past, span } = await readPast();
      return past.kind === 'unknown' ? null : (restartsOf(past.value, span).find(({ what }) => what === 'restarted') ?? null);
    }, 'the restart in the journal');
    expect(restart).toMatchObject({ unit: 'invokeai.service', cause: { kind: 'command', user: host().profile.user } });
    const { past } = await readPast();
    expect(past.kind === 'read' ? past.value.boots.length : past).toBeGreaterThanOrEqual(1);
    expect(past.kind === 'read' ? past.value.units[0]?.activeState : past).toMatch(/^activ/);
  });

  it('has the requests for images of the gateway’s log, and nothing else of it', async () => {
    const ts = Math.floor(Date.now() / 1000);
    const text = [
      requestLine(),
      requestLine({ status: 429, duration_ms: 2 }),
      requestLine({ path: '/v1/chat/completions' }),
      requestLine({ ts: ts - 90_000 }),
      'no json\n',
      requestLine({ request_id: '"status":500,' }),
    ].join('');
    const { exitCode } = await panel().connection.exec(['tee', LOG], { ...SUDO, stdin: text });
    expect(exitCode).toBe(0);
    const { log } = await readPast();
    expect(log.kind === 'read' ? log.value.requests.map(({ status, elapsedMs }) => [status, elapsedMs]) : log).toEqual([
      [200, 4200.5],
      [429, 2],
      [200, 4200.5],
    ]);
  });
});
