import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { READ_REQUESTS } from './request-log.ts';

const HOUR_MS = 3_600_000;
const AWKS = ['awk', 'mawk', 'gawk', 'busybox awk'].filter((awk) => spawnSync('sh', ['-c', `${awk} 'BEGIN { exit 0 }'`]).status === 0);

describe.each(AWKS)('the script that reads a request log with %s', (awk) => {
  const folder = mkdtempSync(join(tmpdir(), 'ada-panel-requests-'));
  const path = join(folder, 'requests.jsonl');
  const nowMs = Date.now();
  const secondsAgo = (ms: number): number => Math.floor((nowMs - ms) / 1000);

  beforeAll(() => {
    const times = [
      new Date(nowMs).toISOString(),
      `${secondsAgo(HOUR_MS)}`,
      secondsAgo(HOUR_MS / 2),
      secondsAgo(HOUR_MS * 3),
      (secondsAgo(HOUR_MS / 2) + 0.25) * 1000,
      secondsAgo(HOUR_MS * 3) * 1000,
      new Date(nowMs - HOUR_MS * 3).toISOString(),
    ];
    writeFileSync(path, times.map((ts, index) => `${JSON.stringify({ path: `/v1/${index}`, ts })}\n`).join(''));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('leaves out old lines only where their time is a number; one in ISO 8601 is compared by the panel', () => {
    const { stdout, stderr } = spawnSync('sh', ['-c', `awk() { command ${awk} "$@"; }\n${READ_REQUESTS}\nrlog "$1" 0 0 120`, 'sh', path], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout.match(/\/v1\/\d/g)).toEqual(['/v1/0', '/v1/1', '/v1/2', '/v1/4', '/v1/6']);
    expect(stdout).toMatch(/^#first \d{4}-\d\d-\d\dT/m);
  });
});
