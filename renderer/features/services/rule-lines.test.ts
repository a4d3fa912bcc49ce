import { describe, expect, it } from 'vitest';
import { explainLines } from './rule-lines.ts';

describe('the lines of a sudoers file', () => {
  it('distinguishes user IDs and includes from comments', () => {
    const text = '# One\n# two\n#1001 ALL=(root) NOPASSWD: ALL\n#include /etc/more\n  # three\nada ALL=(root) NOPASSWD: X, \\\n    Y\n';
    expect(explainLines(text)).toEqual([
      { text: '# One\n# two', message: 'Comment' },
      { text: '#1001 ALL=(root) NOPASSWD: ALL', message: 'User ID 1001 may run these commands as root on this host without a password.' },
      { text: '#include /etc/more', message: '' },
      { text: '  # three', message: 'Comment' },
      { text: 'ada ALL=(root) NOPASSWD: X, \\\n    Y', message: 'ada may run these commands as root on this host without a password.' },
    ]);
  });
});
