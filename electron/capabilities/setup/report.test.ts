import { describe, expect, it } from 'vitest';
import { reportOf } from './report.ts';
import type { SavedRun } from './run-store.ts';

const SAVED: Pick<SavedRun, 'run' | 'chosen' | 'shown'> = {
  chosen: [{ recipe: 'invokeai', values: { version: '6.14.2', index: '' } }],
  shown: {
    host: ['System: Debian on x86_64'],
    steps: [
      {
        id: 'invokeai/unit',
        recipe: 'invokeai',
        title: 'Unit',
        state: 'change',
        changes: [
          { kind: 'command', command: 'systemctl daemon-reload' },
          { kind: 'file', path: '/etc/x.service', isNew: true, attributes: 'root:root 644', diff: [{ mark: ' ', text: '```' }] },
          { kind: 'file', path: '/etc/secret', isNew: true, attributes: 'root:root 600', diff: null },
        ],
        downloadBytes: null,
        note: null,
        about: [],
        remedy: null,
        guardSeconds: null,
      },
    ],
  },
  run: {
    id: 'r',
    title: 'InvokeAI',
    recipes: ['invokeai'],
    state: 'failed',
    steps: [
      { id: 'invokeai/unit', title: 'Unit', state: 'done', startedAt: 1000, elapsedMs: 1500 },
      { id: 'invokeai/service', title: 'Service', state: 'failed', startedAt: 2500, elapsedMs: null },
    ],
    startedAt: 1000,
    endedAt: 4000,
    error: { code: 'setup-no-answer', layer: 'backend', message: 'No answer.', hint: 'See the log.', retryable: true, detail: 'line' },
    output: ['Created symlink'],
  },
};

describe('the report of a run', () => {
  const report = reportOf(SAVED, 'ada2');

  it('names host, parameters, times, changes and what is left', () => {
    expect(report).toContain('# Setup of ada2: InvokeAI');
    expect(report).toContain('- System: Debian on x86_64');
    expect(report).toContain('- invokeai.version: 6.14.2');
    expect(report).toContain('| Unit | done | 1.5 s | – |');
    expect(report).toContain('systemctl daemon-reload');
    expect(report).toContain('## Left to do\n\n- Service');
    expect(report).toContain('- Error: No answer.');
  });

  it('leaves out secrets, and fences lines that look like the end of a fence', () => {
    expect(report).toContain('/etc/secret, root:root 600\n\nIts text holds a secret and is left out.');
    expect(report).toContain('````diff\n ```\n````');
  });
});
