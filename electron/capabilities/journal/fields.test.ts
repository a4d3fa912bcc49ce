import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFakeTransport } from '../../testing/fake-transport.ts';
import { parseFields, readFields } from './fields.ts';

const ENTRY = JSON.stringify({
  __CURSOR: 's=1;i=2',
  MESSAGE: [27, 91, 51, 49, 109, 114, 101, 100],
  _CMDLINE: 'python main.py --token hf_abcdefghijklmnopqrstuvwxyz',
  HF_TOKEN: 'plain-secret-1',
  _PID: '7',
});

describe('the fields of an entry', () => {
  it('are read whole, without colours and secrets', () => {
    expect(parseFields(ENTRY)).toEqual([
      { name: '__CURSOR', value: 's=1;i=2' },
      { name: 'MESSAGE', value: 'red' },
      { name: '_CMDLINE', value: expect.not.stringContaining('abcdefghij') },
      { name: 'HF_TOKEN', value: expect.not.stringContaining('plain-secret') },
      { name: '_PID', value: '7' },
    ]);
  });

  it('are those of the entry asked for, or none', async () => {
    const host = createFakeTransport(() => ({ stdout: ENTRY }));
    expect(await readFields(host.transport, 's=1;i=2')).toHaveLength(5);
    expect(await readFields(host.transport, 's=1;i=1')).toBeNull();
    const gone = createFakeTransport(() => ({ exitCode: 1, stderr: 'Failed to seek to cursor: Invalid argument' }));
    expect(await readFields(gone.transport, 's=9;i=9')).toBeNull();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseFields(text)));
  });
});
