import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { HostProfile } from '../../../shared/capabilities/hosts/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { formatBytes, formatCount, formatDateTime, UNKNOWN } from '../../../shared/format.ts';
import { bridge } from '../../bridge.ts';
import { useHostsState } from '../../stores/hosts.ts';
import { addNotice, attempt } from '../../stores/notices.ts';
import { updateSettings, useSettings } from '../../stores/settings.ts';
import { Card } from '../../ui/card.tsx';
import { confirmFirst } from '../../ui/confirm.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { NumberSetting } from './number-setting.tsx';
import { confirmDeleteHistory, deleteHistory, describeGallerySize, historyDeleted, TEXT } from './text.ts';

const QUERY_KEY = ['history.usage'] as const;
const GALLERY_KEY = ['gallery.usage'] as const;
const REFRESH_INTERVAL_MS = 30_000;

/** The retention of history, its size on disk, and a delete button per host. */
export function DataCard() {
  const { data: keeping } = useSettings();
  const { hosts } = useHostsState();
  const queries = useQueryClient();
  const usage = useQuery({ queryKey: QUERY_KEY, queryFn: () => bridge.history.usage(), refetchInterval: REFRESH_INTERVAL_MS });

  const gallery = useQuery({ queryKey: GALLERY_KEY, queryFn: () => bridge.gallery.usage(), refetchInterval: REFRESH_INTERVAL_MS });

  const clear = (host: HostProfile): void =>
    attempt(async () => {
      await bridge.history.clear({ hostId: host.id });
      addNotice('good', historyDeleted(host.label));
      await queries.invalidateQueries({ queryKey: QUERY_KEY });
    });
  const confirmClear = (host: HostProfile): void => {
    confirmFirst({
      title: confirmDeleteHistory(host.label),
      consequence: TEXT.deleteHistoryBody,
      action: deleteHistory(host.label),
      onConfirm: () => clear(host),
    });
  };

  return (
    <Card title={TEXT.history} anchor="settings-history">
      <div className="ada-columns">
        <NumberSetting
          label={TEXT.keepReadings}
          description={TEXT.keepReadingsHint}
          unit="days"
          min={1}
          max={60}
          value={keeping.keepDays}
          onSelect={(keepDays) => void updateSettings({ data: { keepDays } })}
        />
        {usage.error !== null ? (
          <ErrorNotice error={toPanelError(usage.error)} />
        ) : (
          <dl className="ada-facts">
            <dt>{TEXT.historySize}</dt>
            <dd className="ada-number">{formatBytes(usage.data?.bytes)}</dd>
            <dt>{TEXT.gallerySize}</dt>
            <dd className="ada-number">{gallery.data === undefined ? UNKNOWN : describeGallerySize(gallery.data)}</dd>
            <dt>{TEXT.historyReadings}</dt>
            <dd className="ada-number">{formatCount(usage.data?.samples)}</dd>
            <dt>{TEXT.historySince}</dt>
            <dd className="ada-number">{formatDateTime(usage.data?.oldestSampleAt)}</dd>
          </dl>
        )}
      </div>
      {hosts.length === 0 ? null : (
        <div className="ada-row-buttons ada-below ada-wrap">
          {hosts.map((host) => (
            <Button key={host.id} onClick={() => confirmClear(host)}>
              {deleteHistory(host.label)}…
            </Button>
          ))}
        </div>
      )}
    </Card>
  );
}
