import type { GpuIdentity, GpuStatus, KernelLog, XidEvent } from '../../../shared/capabilities/gpu/contract.ts';
import { formatDateTime } from '../../../shared/format.ts';
import { isSamePciAddress } from '../../../shared/pci-address.ts';
import { Card } from '../../ui/card.tsx';
import { StatusWord } from '../../ui/status-word.tsx';

const SHOWN = 20;

interface LogWords {
  readonly tone: 'good' | 'warning' | 'stale';
  readonly word: string;
  readonly hint: string;
}

/** What having no errors means: none, or not known. */
export const KERNEL_LOG: Readonly<Record<KernelLog, LogWords>> = {
  read: { tone: 'good', word: 'None since boot', hint: '' },
  partial: {
    tone: 'stale',
    word: 'Incomplete',
    hint: 'The journal no longer reaches back to the start of the host: earlier errors are not known.',
  },
  unknown: { tone: 'stale', word: 'Unknown', hint: 'The kernel log has not been read yet.' },
  'no-permission': {
    tone: 'warning',
    word: 'Unknown',
    hint: 'Your user may not read the kernel log. Add it to the group "adm" or "systemd-journal" on the host, then connect again.',
  },
  empty: {
    tone: 'stale',
    word: 'Unknown',
    hint: 'The journal of this host has no kernel messages, as in a container. See the kernel log of the machine below.',
  },
  unreadable: { tone: 'stale', word: 'Unknown', hint: 'The kernel log could not be read. It is tried again every minute.' },
};

/** The errors that may be of this GPU, newest first: an error without a place, or a GPU without one, belongs to all. */
export function xidsOf(gpu: Pick<GpuIdentity, 'busId'>, xids: readonly XidEvent[]): readonly XidEvent[] {
  return xids.filter((xid) => gpu.busId === null || isSamePciAddress(xid.busId, gpu.busId) !== false).toSorted((a, b) => b.at - a.at);
}

/** Errors of this GPU in the kernel log (Xid), newest first: what they mean and what to do. */
export function XidCard({ gpu, status }: { readonly gpu: GpuIdentity; readonly status: Pick<GpuStatus, 'xids' | 'kernelLog'> }) {
  const mine = xidsOf(gpu, status.xids);
  const log = KERNEL_LOG[status.kernelLog];
  return (
    <Card title="GPU errors in the kernel log">
      {mine.length > 0 && status.kernelLog === 'read' ? null : (
        <p>
          <StatusWord tone={log.tone} word={log.word} quiet /> <span className="ada-quiet">{log.hint}</span>
        </p>
      )}
      {mine.length === 0 ? null : (
        <ul className="ada-gpu-xids">
          {mine.slice(0, SHOWN).map((xid) => (
            <li key={`${xid.at} ${xid.text}`} title={xid.text}>
              <span className="ada-number ada-quiet">{formatDateTime(xid.at)}</span>
              <StatusWord tone="bad" word={xid.xid === null ? 'Lost' : `Xid ${xid.xid}`} />
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
