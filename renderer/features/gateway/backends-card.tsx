import type { GatewayReading } from '../../../shared/capabilities/gateway/contract.ts';
import { Age } from '../../ui/age.tsx';
import { Card } from '../../ui/card.tsx';
import { useNow } from '../../ui/clock.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { describeHealth, TEXT } from './text.ts';

const RANK = { bad: 0, warning: 1, stale: 2, unknown: 3, info: 3, good: 4, busy: 5, off: 6 } as const;

/** The gateway's last check of each backend: the class for images first, then the worst first, backends that are not set up last. */
export function BackendsCard({
  reading,
  isStale,
  imagesClass,
}: {
  readonly reading: GatewayReading;
  readonly isStale: boolean;
  readonly imagesClass: string;
}) {
  const nowMs = useNow();
  const rank = (name: string, tone: keyof typeof RANK): number => (name === imagesClass ? -1 : RANK[tone]);
  const rows = reading.health
    ?.map((row) => ({ row, is: describeHealth(row, nowMs) }))
    .sort((a, b) => rank(a.row.name, a.is.tone) - rank(b.row.name, b.is.tone) || (a.row.name < b.row.name ? -1 : 1));
  return (
    <Card title={TEXT.backends} aside={<span className="ada-quiet gateway-small">{TEXT.backendsAside}</span>}>
      {rows === undefined ? (
        <StatusWord tone="unknown" word={TEXT.healthNotReported} />
      ) : rows.length === 0 ? (
        <p className="ada-quiet">{TEXT.noCheckYet}</p>
      ) : (
        <table className="gateway-table">
          <colgroup>
            <col style={{ width: '26%' }} />
            <col style={{ width: 138 }} />
            <col />
            <col style={{ width: 76 }} />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">{TEXT.backend}</th>
              <th scope="col">{TEXT.state}</th>
              <th scope="col">{TEXT.details}</th>
              <th scope="col" className="gateway-right">
                {TEXT.checked}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ row, is }) => (
              <tr key={row.name} data-stale={isStale || is.tone === 'off' || undefined}>
                <th scope="row" className="gateway-cut" title={row.name}>
                  {row.name}
                  {row.name === imagesClass ? <span className="gateway-tag">{TEXT.imagesTag}</span> : null}
                </th>
                <td>
                  <StatusWord tone={isStale && is.tone !== 'off' ? 'stale' : is.tone} word={is.word} quiet />
                </td>
                <td className="gateway-said">{is.detail}</td>
                <td className="gateway-right">
                  <Age at={row.checkedAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
