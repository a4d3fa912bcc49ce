import { describe, expect, it } from 'vitest';
import { SERVICE_DEFINITIONS } from './unit-definitions.ts';
import { definitionOf, parseEnvironmentFile, parseUnitFile, renderUnitFile, splitQuoted, valuesOf } from './unit-file.ts';

const BEHAVIOUR = { startMs: 1, stopMs: 1, identifier: 'x', memoryMiB: 1, tasks: 1, startLines: [], stopLines: [] };
const read = (text: string) =>
  definitionOf({ name: 'x.service', path: '/etc/systemd/system/x.service', text, behaviourOf: () => BEHAVIOUR });

describe('unit files', () => {
  it('reads what the lab simulates of a unit', () => {
    const definition = read(
      [
        '# Written by a test.',
        '[Unit]',
        'Description=A service',
        'Requires=invokeai.service',
        'After=network.target invokeai.service',
        'Conflicts=comfyui.service shutdown.target',
        '[Service]',
        'Type=exec',
        'User=x',
        'WorkingDirectory=-/srv/x',
        'Environment=A=1 "B=two words"',
        'Environment=\'C={"d": 1}\'',
        'EnvironmentFile=-/etc/x.env',
        'ExecStartPre=-+/usr/bin/true',
        'ExecStart=@/srv/x/program --port 80 \\',
        '  --name "two words" --cost $$5 --share 5%%',
        '[Install]',
        'WantedBy=multi-user.target',
      ].join('\n'),
    );
    expect(definition).toMatchObject({
      description: 'A service',
      type: 'exec',
      user: 'x',
      requires: ['invokeai.service'],
      conflicts: ['comfyui.service'],
      workingFolder: '/srv/x',
      environment: { A: '1', B: 'two words', C: '{"d": 1}' },
      environmentFiles: ['/etc/x.env'],
      wantedBy: ['multi-user.target'],
    });
    expect(splitQuoted(definition?.command ?? '')).toEqual([
      '/srv/x/program',
      '--port',
      '80',
      '--name',
      'two words',
      '--cost',
      '$5',
      '--share',
      '5%',
    ]);
  });

  it('starts nothing without a command', () => {
    expect(read('[Service]\nUser=x\n')).toBeNull();
    expect(read('[Service]\nExecStart=/a\nExecStart=\n')).toBeNull();
    expect(valuesOf(parseUnitFile('[A]\nB=1\nB=2\n'), 'A', 'B')).toEqual(['1', '2']);
  });

  it('reads again what it wrote of each service of the lab', () => {
    for (const definition of SERVICE_DEFINITIONS) {
      const again = read(renderUnitFile(definition));
      const { description, type, user, requires, environment, wantedBy } = definition;
      expect(again).toMatchObject({ description, type, user, requires, environment, wantedBy });
    }
  });

  it('reads the variables of an environment file', () => {
    expect(parseEnvironmentFile('# a comment\nA=1\n B = "two words" \nnonsense\nC=\'x\'\nA=2\n')).toEqual({
      A: '2',
      B: 'two words',
      C: 'x',
    });
  });
});
