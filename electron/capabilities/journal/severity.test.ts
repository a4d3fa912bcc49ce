import { describe, expect, it } from 'vitest';
import { atLeast, severityOf } from './severity.ts';
import { NO_TRACEBACK, stepTraceback } from './traceback.ts';

describe('severityOf', () => {
  it.each([
    ['[2026-11-22 21:00:00,000]::[InvokeAI]::ERROR --> no model', 6, 'error'],
    ['[2026-11-22 21:00:00,000]::[InvokeAI]::INFO --> 0 errors', 6, 'info'],
    ['[2026-11-22 21:00:00,000]::[InvokeAI]::WARNING --> slow', 6, 'warning'],
    ['torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB', 6, 'error'],
    ['2026/11/22 21:00:00 [error] 12#12: upstream timed out', 6, 'error'],
    ['terror in the mirror', 6, 'info'],
    ['INFO but the sender says otherwise', 3, 'error'],
    ['plain', 4, 'warning'],
    ['plain', 7, 'debug'],
    ['plain', null, 'info'],
  ] as const)('%s', (text, priority, severity) => {
    expect(severityOf(text, priority)).toBe(severity);
  });
});

describe('stepTraceback', () => {
  const group = (lines: readonly string[]): (string | null)[] => {
    let state = NO_TRACEBACK;
    return lines.map((text, index) => {
      const step = stepTraceback(state, { cursor: `c${index}`, text });
      state = step.state;
      return step.groupCursor;
    });
  };

  it('keeps a traceback and the one chained to it together', () => {
    expect(
      group([
        'before',
        'Traceback (most recent call last):',
        '  File "a.py", line 1, in f',
        '    f()',
        'ValueError: no',
        '',
        'During handling of the above exception, another exception occurred:',
        '',
        'Traceback (most recent call last):',
        '  File "b.py", line 2, in g',
        'RuntimeError: worse',
        'after',
      ]),
    ).toEqual([null, ...Array.from({ length: 10 }, () => 'c1'), null]);
  });

  it('lets lines of others pass through', () => {
    expect(group(['x::ERROR --> Traceback (most recent call last):', '  File "a.py"', '[2026]::INFO --> step 3', 'KeyError: 1'])).toEqual([
      'c0',
      'c0',
      null,
      'c0',
    ]);
  });

  it('gives up on a traceback that never ends', () => {
    const lines = ['Traceback (most recent call last):', ...Array.from({ length: 12 }, () => '[x] other'), '  indented'];
    expect(group(lines).at(-1)).toBeNull();
  });
});

describe('atLeast', () => {
  it('takes the worse of level and priority', () => {
    expect(atLeast(3, 'info')).toBe('error');
    expect(atLeast(4, 'info')).toBe('warning');
    expect(atLeast(4, 'error')).toBe('error');
    expect(atLeast(6, 'debug')).toBe('debug');
    expect(atLeast(null, 'info')).toBe('info');
  });
});
