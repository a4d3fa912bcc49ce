import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holderOf, parseProcessSubject, processSubject } from './process-subjects.ts';

const GPU = 'GPU-1b2c3d4e-0000-1111-2222-333344445555';

describe('subjects of VRAM per process', () => {
  it('name the unit, else the file of the program', () => {
    expect(processSubject(GPU, holderOf({ unit: 'invokeai.service', processName: '/srv/venv/bin/python3' }))).toBe(
      `${GPU} unit invokeai.service`,
    );
    expect(processSubject(GPU, holderOf({ unit: null, processName: '/srv/venv/bin/python3' }))).toBe(`${GPU} program python3`);
    expect(processSubject(GPU, holderOf({ unit: null, processName: 'C:\\Program Files\\a b.exe' }))).toBe(
      `${GPU} program C:\\Program Files\\a b.exe`,
    );
    expect(processSubject(GPU, { kind: 'others', name: '' })).toBe(`${GPU} others`);
  });

  it('are read back as they were written, whatever the program is called', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.string({ minLength: 1 })), (processName, unit) => {
        const holder = holderOf({ unit, processName });
        expect(parseProcessSubject(processSubject(GPU, holder))).toEqual({ gpuUuid: GPU, holder });
      }),
    );
  });

  it('of another version are none', () => {
    for (const other of ['', GPU, `${GPU} `, `${GPU} container x`, ' unit x']) expect(parseProcessSubject(other)).toBeNull();
  });
});
