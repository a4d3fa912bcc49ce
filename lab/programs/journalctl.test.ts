import { describe, expect, it } from 'vitest';
import { JOURNAL_FIELDS } from '../../shared/host-scripts/journal.ts';
import { Input, type Output } from '../base/streams.ts';
import { bareMachine, run } from '../testing/program.ts';
import type { Machine } from './process.ts';

type Row = Readonly<Record<string, unknown>>;

async function rows(machine: Machine, ...args: readonly string[]): Promise<readonly Row[]> {
  const ran = await run(machine, ['journalctl', '-o', 'json', '--no-pager', ...args]);
  expect(ran.stderr).toBe('');
  return ran.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

const cursors = (found: readonly Row[]) => found.map((row) => String(row['__CURSOR']));

describe('journalctl', () => {
  const machine = bareMachine();

  it('prints coloured messages as numbers and everything else as strings', async () => {
    const found = await rows(machine, '-u', 'invokeai.service', `--output-fields=${JOURNAL_FIELDS}`, '-n', '200');
    const kinds = new Set(found.map((row) => (Array.isArray(row['MESSAGE']) ? 'numbers' : typeof row['MESSAGE'])));
    expect(kinds).toEqual(new Set(['numbers', 'string']));
    expect(found.every((row) => row['PRIORITY'] === undefined || typeof row['PRIORITY'] === 'string')).toBe(true);
    const coloured = found.find((row) => Array.isArray(row['MESSAGE']));
    expect(Buffer.from(coloured?.['MESSAGE'] as number[]).toString()).toContain('\u001b[');
  });

  it('finds what systemd says about a unit with -u', async () => {
    const found = await rows(machine, '-u', 'nginx.service');
    expect(found.map((row) => row['_SYSTEMD_UNIT'])).toContain('init.scope');
    expect(found.every((row) => row['UNIT'] === 'nginx.service' || row['_SYSTEMD_UNIT'] === 'nginx.service')).toBe(true);
  });

  it('continues after a cursor without losing or doubling one', async () => {
    const all = cursors(await rows(machine, '-u', 'invokeai.service'));
    const middle = all[Math.floor(all.length / 2)] ?? '';
    const after = cursors(await rows(machine, '-u', 'invokeai.service', '-n', 'all', `--after-cursor=${middle}`));
    expect(after).toEqual(all.slice(Math.floor(all.length / 2) + 1));
    const before = cursors(await rows(machine, '-u', 'invokeai.service', '-r', '-n', '5', `--cursor=${middle}`));
    expect(before).toEqual(all.slice(Math.floor(all.length / 2) - 4, Math.floor(all.length / 2) + 1).reverse());
  });

  it('refuses a malformed cursor and silently moves from a vacuumed one', async () => {
    const refused = await run(machine, ['journalctl', '-o', 'json', '--after-cursor=nonsense']);
    expect(refused).toEqual({ exitCode: 1, stdout: '', stderr: 'Failed to seek to cursor: Invalid argument\n' });
    const other = bareMachine();
    const old = cursors(await rows(other))[3] ?? '';
    other.simulation.onFault('journal-vacuumed');
    expect(await rows(other, '-n', 'all', `--after-cursor=${old}`)).toHaveLength(20);
  });

  it('selects one run by its invocation, by both names', async () => {
    const id = machine.simulation.units.units.get('invokeai.service')?.invocationId ?? '';
    const found = await rows(machine, '-n', 'all', `_SYSTEMD_INVOCATION_ID=${id}`, '+', `INVOCATION_ID=${id}`);
    expect(found.some((row) => row['_SYSTEMD_INVOCATION_ID'] === id)).toBe(true);
    expect(found.some((row) => row['_SYSTEMD_UNIT'] === 'init.scope')).toBe(true);
  });

  it('keeps to a time range, a priority and the kernel', async () => {
    const all = await rows(machine);
    const at = Number(all[10]?.['__REALTIME_TIMESTAMP']);
    const since = `@${Math.floor(at / 1e6)}.${String(at % 1e6).padStart(6, '0')}`;
    expect((await rows(machine, `--since=${since}`)).length).toBe(all.length - 10);
    expect((await rows(machine, `--until=${since}`)).length).toBe(11);
    const newest = cursors(all.slice(7, 11)).reverse();
    expect(cursors(await rows(machine, '-r', '-n', '4', `--until=${since}`))).toEqual(newest);
    expect((await rows(machine, '-k')).every((row) => row['_TRANSPORT'] === 'kernel')).toBe(true);
    expect(await rows(machine, '-p', '2')).toEqual([]);
  });

  it('follows without losing a line to a slow reader, over rotation too', async () => {
    const follower = bareMachine();
    const stop = new AbortController();
    let text = '';
    const slow: Output = {
      closed: new AbortController().signal,
      write: async (data) => {
        await new Promise((resolve) => setImmediate(resolve));
        text += String(data);
      },
    };
    const { simulation } = follower;
    const nginx = simulation.units.units.get('nginx.service');
    if (nginx === undefined) throw new Error('no nginx');
    const ended = follower.execute({
      argv: ['journalctl', '-o', 'json', '-f', '-n', '0', '-u', 'nginx.service', '--output-fields=MESSAGE'],
      user: 'operator',
      stdin: new Input(),
      stdout: slow,
      stderr: slow,
      killed: stop.signal,
    });
    for (let number = 0; number < 2000; number += 1) {
      simulation.units.print(nginx, `line ${number}`);
      if (number === 700) simulation.onFault('journal-rotated');
      if (number % 97 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    while (!text.includes('line 1999')) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await ended).toBe(143);
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as Row)['MESSAGE']);
    expect(lines).toEqual(Array.from({ length: 2000 }, (_, index) => `line ${index}`));
  });
});
