import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SudoDialect, sudoersText } from './sudoers.ts';

describe('sudoersText', () => {
  it('allows whole commands only, whatever the unit is called', () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9:_.@\\][a-zA-Z0-9:_.@\\-]{0,20}\.service$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 1, maxLength: 5 }),
        fc.constantFrom<SudoDialect>('sudo', 'sudo-rs'),
        (units, dialect) => {
          const text = sudoersText('ada', units, dialect);
          expect(text).not.toMatch(/[*?[\]!]/);
          const commands = text.match(/\/usr\/bin\/systemctl \S+ (?:\\.|[^\s,\\])+/g) ?? [];
          expect(commands).toHaveLength(units.length * 6);
          expect(text.match(/NOPASSWD: (.*)/)?.[1]).toBe('ADA_PANEL');
        },
      ),
    );
  });

  it('escapes a backslash for the pattern that sudo makes of it, and once for sudo-rs', () => {
    expect(sudoersText('ada', ['my\\x2dodd.service'], 'sudo')).toContain('restart my\\\\\\\\x2dodd.service');
    expect(sudoersText('ada', ['my\\x2dodd.service'], 'sudo-rs')).toContain('restart my\\\\x2dodd.service');
  });

  it('keeps lists as short as sudo-rs takes them', () => {
    const units = Array.from({ length: 45 }, (_none, n) => `unit-${n}.service`);
    const text = sudoersText('ada', units, 'sudo-rs');
    expect(text.match(/^Cmnd_Alias \S+/gm)).toEqual(['Cmnd_Alias ADA_PANEL', 'Cmnd_Alias ADA_PANEL_2', 'Cmnd_Alias ADA_PANEL_3']);
    expect(text).toContain('ada ALL=(root) NOPASSWD: ADA_PANEL, ADA_PANEL_2, ADA_PANEL_3\n');
    for (const unit of units) expect(text).toContain(` restart ${unit}`);
  });

  it('refuses what could mean more than itself', () => {
    for (const user of ['ALL', '%wheel', 'a b', '', '#0', 'a,b']) expect(() => sudoersText(user, ['a.service'], 'sudo')).toThrow();
    for (const unit of ['*.service', 'a b.service', 'a.service, ALL', '-h.service'])
      expect(() => sudoersText('ada', [unit], 'sudo')).toThrow();
    expect(() => sudoersText('ada', [], 'sudo')).toThrow();
  });
});
