import type { GpuIdentity, XidEvent } from '../../../shared/contract/gpu.ts';
import { formatDateTime } from '../../../shared/units.ts';
import { Card } from '../../ui/card.tsx';
import { StatusWord } from '../../ui/status-word.tsx';

const SHOWN = 20;

/** `00000000:41:00.0` and the kernel's `0000:41:00` are the same place: only domain width and function differ. */
export function samePlace(one: string, other: string): boolean {
  const place = (busId: string) => /([0-9a-f]{2}):([0-9a-f]{2})(?:\.[0-9a-f])?$/i.exec(busId)?.slice(1).join(':').toLowerCase();
  return place(one) !== undefined && place(one) === place(other);
}

/** Errors of this GPU in the kernel's log (Xid), newest first: what they mean and what to do. */
export function XidCard({ gpu, xids }: { readonly gpu: GpuIdentity; readonly xids: readonly XidEvent[] }) {
  const mine = xids.filter((xid) => gpu.busId === null || samePlace(xid.busId, gpu.busId)).toSorted((a, b) => b.at - a.at);
  return (
    <Card title="GPU errors in the kernel log">
      {mine.length === 0 ? (
        <StatusWord tone="good" word="none seen" quiet />
      ) : (
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
