import fc from 'fast-check';
import { expect, it } from 'vitest';
import { COMFYUI_PYTHONS, choosePython, pythonsOfInvokeAi } from './python.ts';

const found = (...versions: readonly string[]) =>
  new Map(versions.map((version) => [`python${version.split('.').slice(0, 2).join('.')}`, version]));

it('takes the newest of the system that fits', () => {
  const all = found('3.9.2', '3.10.12', '3.12.3', '3.11.2', '3.13.1', '3.14.0');
  expect(choosePython(all, pythonsOfInvokeAi('6.14.2'))).toEqual({ from: 'system', python: '/usr/bin/python3.12', minor: 12 });
  expect(choosePython(all, COMFYUI_PYTHONS)).toEqual({ from: 'system', python: '/usr/bin/python3.13', minor: 13 });
  expect(choosePython(found('3.11.2'), pythonsOfInvokeAi('6.14.2'))).toMatchObject({ python: '/usr/bin/python3.11' });
  expect(choosePython(found('3.10.12'), pythonsOfInvokeAi('6.9.0'))).toMatchObject({ python: '/usr/bin/python3.10' });
});

it('names an interpreter by its version rather than as the default one, which an upgrade of the system changes', () => {
  const both = new Map([
    ['python3.12', '3.12.3'],
    ['python3', '3.12.3'],
  ]);
  expect(choosePython(both, [12])).toMatchObject({ python: '/usr/bin/python3.12' });
});

it.each([[[]], [['3.10.12']], [['3.13.1']], [['2.7.18']], [['3.12']]])('has uv download one where the system has %j', (versions) => {
  expect(choosePython(found(...versions), pythonsOfInvokeAi('6.14.2'))).toEqual({ from: 'uv', python: '3.12' });
});

it('reads any version', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.constantFrom('3.11.2', '3.99.0'))), (versions) => {
      const choice = choosePython(new Map(Object.entries(versions)), [11]);
      expect(choice.from === 'system').toBe(Object.values(versions).includes('3.11.2'));
    }),
  );
});
