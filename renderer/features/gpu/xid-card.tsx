import type { GpuIdentity } from '../../../shared/capabilities/gpu/contract.ts';
import { formatDateTime } from '../../../shared/format.ts';
import { useOfGpuStatus } from '../../stores/gpu.ts';
import { Card } from '../../ui/card.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { KERNEL_LOG, TEXT } from './text.ts';
import { xidsOf } from './xids-of.ts';

const SHOWN = 20;

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
