import type { GpuIdentity, XidEvent } from '../../../shared/capabilities/gpu/contract.ts';
import { formatDateTime } from '../../../shared/format.ts';
import { isSamePciAddress } from '../../../shared/pci-address.ts';
import { useOfGpuStatus } from '../../stores/gpu.ts';
import { Card } from '../../ui/card.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { KERNEL_LOG, TEXT } from './text.ts';

const SHOWN = 20;

/** The errors of this GPU, newest first; without a PCI address an error belongs to every GPU, and a GPU has all errors. */
export function xidsOf(gpu: Pick<GpuIdentity, 'busId'>, xids: readonly XidEvent[]): readonly XidEvent[] {
  return xids.filter((xid) => gpu.busId === null || isSamePciAddress(xid.busId, gpu.busId) !== false).toSorted((a, b) => b.at - a.at);
}

/** Xid errors of this GPU in the kernel log, newest first, with meaning and remedy. */
export function XidCard({ gpu }: { readonly gpu: GpuIdentity }) {
  const mine = xidsOf(
    gpu,
    useOfGpuStatus(({ xids }) => xids),
  );
  const kernelLog = useOfGpuStatus((status) => status.kernelLog);
  const log = KERNEL_LOG[kernelLog];
  return (
    <Card title={TEXT.kernelErrors} anchor="gpu-errors">
      {mine.length > 0 && kernelLog === 'read' ? null : (
        <p>
          <StatusWord tone={log.tone} word={log.word} quiet /> <span className="ada-quiet">{log.hint}</span>
        </p>
      )}
      {mine.length === 0 ? null : (
        <ul className="ada-gpu-xids">
          {mine.slice(0, SHOWN).map((xid) => (
            <li key={`${xid.at} ${xid.text}`} title={xid.text}>
              <span className="ada-number ada-quiet">{formatDateTime(xid.at)}</span>
              <StatusWord tone="bad" word={xid.xid === null ? TEXT.lost : `Xid ${xid.xid}`} />
              <span>
                {xid.meaning} <span className="ada-quiet">{xid.action}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
