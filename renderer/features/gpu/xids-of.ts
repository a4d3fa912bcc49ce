import type { GpuIdentity, XidEvent } from '../../../shared/capabilities/gpu/contract.ts';
import { isSamePciAddress } from '../../../shared/pci-address.ts';

/** The errors of this GPU, newest first; without a PCI address an error belongs to every GPU, and a GPU has all errors. */
export function xidsOf(gpu: Pick<GpuIdentity, 'busId'>, xids: readonly XidEvent[]): readonly XidEvent[] {
  return xids.filter((xid) => gpu.busId === null || isSamePciAddress(xid.busId, gpu.busId) !== false).toSorted((a, b) => b.at - a.at);
}
