import type { GatewayReading } from '../../../shared/capabilities/gateway/contract.ts';
import { Age } from '../../ui/age.tsx';
import { Card } from '../../ui/card.tsx';
import { useNow } from '../../ui/clock.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { healthInWords } from './words.ts';

const RANK = { bad: 0, warning: 1, stale: 2, unknown: 3, info: 3, good: 4, busy: 5, off: 6 } as const;

/** What the gateway's last look at each backend found: the one that images go to, then the worst first, what was never set up last. */
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
    ?.map((row) => ({ row, is: healthInWords(row, nowMs) }))
    .sort((a, b) => rank(a.row.name, a.is.tone) - rank(b.row.name, b.is.tone) || (a.row.name < b.row.name ? -1 : 1));
  return (
    <Card title="Backends" aside={<span className="ada-quiet gateway-small">as the gateway sees them, every 30 s</span>}>
      {rows === undefined ? (
        <StatusWord tone="unknown" word="Backend health is not reported." />
      ) : rows.length === 0 ? (
        <p className="ada-quiet">The gateway was just started and has not looked yet; it does so within 10 s.</p>
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
              <th scope="col">Backend</th>
              <th scope="col">State</th>
              <th scope="col">What that means</th>
              <th scope="col" className="gateway-right">
                Checked
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ row, is }) => (
              <tr key={row.name} data-stale={isStale || is.tone === 'off' || undefined}>
                <th scope="row" className="gateway-cut" title={row.name}>
                  {row.name}
                  {row.name === imagesClass ? <span className="gateway-tag">images</span> : null}
                </th>
                <td>
                  <StatusWord tone={isStale && is.tone !== 'off' ? 'stale' : is.tone} word={is.word} quiet />
                </td>
                <td className="gateway-said">{is.said}</td>
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
