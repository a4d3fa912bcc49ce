import { describe, expect, it } from 'vitest';
import type { HostPast, UnitChange } from '../data.ts';
import { at, hostPast, SPAN } from '../testing/report-data.ts';
import { restartsOf } from './restarts.ts';

const SECOND = 1 / 3600;
const change = (hour: number, kind: UnitChange['kind'], text: string = kind): UnitChange => ({ atMs: at(hour), kind, text });
const past = (changes: readonly UnitChange[], rest: Partial<HostPast> = {}): HostPast =>
  hostPast({ units: [{ name: 'invokeai.service', changes, isCut: false, isDisabled: false, activeState: 'active' }], ...rest });

describe('restarts of units', () => {
  it('name who ran the command', () => {
    const [restart] = restartsOf(
      past([change(5, 'stopping'), change(5 + SECOND, 'down', 'Stopped InvokeAI.'), change(5 + 3 * SECOND, 'started')], {
        commands: [
          { atMs: at(5) - 200, user: 'operator', command: '/usr/bin/systemctl restart invokeai.service' },
          { atMs: at(5) - 100, user: 'operator', command: '/usr/bin/systemctl restart comfyui.service' },
        ],
      }),
      SPAN,
    );
    expect(restart).toMatchObject({ what: 'restarted', cause: { kind: 'command', user: 'operator' }, ending: 'Stopped InvokeAI.' });
    expect(restart?.downMs).toBeCloseTo(3_000, 0);
    expect(restart?.cause).toMatchObject({ command: '/usr/bin/systemctl restart invokeai.service' });
  });
  it('tell an automatic restart with the status of the exit', () => {
    const exit = 'invokeai.service: Main process exited, code=killed, status=9/KILL';
    const [restart] = restartsOf(
      past([change(5, 'down', exit), change(5, 'down', 'failed'), change(5, 'scheduled'), change(5.1, 'started')]),
      SPAN,
    );
    expect(restart).toMatchObject({ what: 'restarted', cause: { kind: 'automatic' }, ending: exit });
  });
  it('tell a start of the host, and call what nothing explains unknown', () => {
    const boots = [
      { fromMs: at(-9), toMs: at(4) },
      { fromMs: at(4.1), toMs: at(48) },
    ];
    const found = restartsOf(
      past([change(4.12, 'started'), change(9, 'stopping'), change(9.01, 'started'), change(40, 'down', 'end')], { boots }),
      SPAN,
    );
    expect(found.map(({ what, cause }) => [what, cause.kind])).toEqual([
      ['started', 'boot'],
      ['restarted', 'unknown'],
      ['stopped', 'unknown'],
    ]);
  });
  it('are those of the span: a start after it does not undo an end within it', () => {
    expect(restartsOf(past([change(47, 'stopping'), change(49, 'started')]), SPAN)).toMatchObject([{ what: 'stopped', atMs: at(47) }]);
  });
  it('do not take a restart soon after the start of the host for that start', () => {
    const boots = [{ fromMs: at(4), toMs: at(48) }];
    const changes = [change(4 + SECOND, 'started'), change(4 + 60 * SECOND, 'stopping'), change(4 + 61 * SECOND, 'started')];
    expect(restartsOf(past(changes, { boots }), SPAN).map(({ cause }) => cause.kind)).toEqual(['boot', 'unknown']);
  });
});
