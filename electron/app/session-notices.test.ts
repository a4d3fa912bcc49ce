import { describe, expect, it } from 'vitest';
import type { GpuStatus, KernelLog } from '../../shared/capabilities/gpu/contract.ts';
import { INITIAL_GPU_STATUS } from '../../shared/initial-states.ts';
import { parseXid } from '../capabilities/gpu/xid.ts';
import { createNotices } from '../capabilities/notices/notices.ts';
import { narrateRooms } from './session-notices.ts';

/** Kernel messages of a lost program on one card, as [number, seconds]. */
const xids = (...events: readonly (readonly [xid: number, atS: number])[]): GpuStatus['xids'] =>
  events.flatMap(([xid, atS]) => parseXid(`NVRM: Xid (PCI:0000:41:00): ${xid}, pid=1`, atS * 1000) ?? []);

function tell(known: GpuStatus['xids']) {
  let status: GpuStatus = { ...INITIAL_GPU_STATUS, hostId: 'ada2', xids: known };
  let listener = (_status: GpuStatus): void => {};
  const notices = createNotices(() => 0);
  narrateRooms(
    {
      connection: { snapshot: { hostId: 'ada2', state: { kind: 'offline' }, changedAt: 0 }, onChange: () => () => {} },
      gpu: {
        status: () => status,
        onChange: (given) => {
          listener = given;
          return () => {};
        },
      },
      services: { onChange: () => () => {}, onAction: () => () => {} },
    },
    'ada2',
    notices,
  );
  return {
    said: () => notices.list().map(({ said }) => said),
    change: (kernelLog: KernelLog, next: GpuStatus['xids']) => {
      status = { ...status, kernelLog, xids: next };
      listener(status);
    },
  };
}

describe('notices of GPU errors', () => {
  it('does not report as new what the kernel log held before', () => {
    const host = tell(xids([13, 50]));
    host.change('unknown', xids([13, 50], [31, 100]));
    host.change('unknown', xids([13, 50], [31, 100], [43, 200]));
    host.change('read', xids([13, 50], [31, 100], [43, 200]));
    expect(host.said()).toEqual([]);
    host.change('read', xids([13, 50], [31, 100], [43, 200], [48, 300]));
    expect(host.said()).toEqual(['Xid 48: Double-bit ECC error']);
  });

  it('does not report what is remembered where the log cannot be read', () => {
    const host = tell(xids([13, 50]));
    host.change('no-permission', xids([13, 50]));
    expect(host.said()).toEqual([]);
  });

  it('reports what happens after the clock of the host was set back', () => {
    const host = tell([]);
    host.change('read', xids([31, 7200]));
    host.change('read', xids([48, 3600], [31, 7200]));
    expect(host.said()).toEqual(['Xid 31: GPU memory page fault', 'Xid 48: Double-bit ECC error']);
  });
});
