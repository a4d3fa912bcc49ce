import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { bridge } from '../../bridge.ts';
import { useChecksState } from '../../stores/checks.ts';
import { useHostProfile } from '../../stores/hosts.ts';
import { useNotices } from '../../stores/notices.ts';
import { useOfNow } from '../../ui/clock.ts';
import { describeTimes } from '../../ui/text.ts';
import { ToneIcon, toneOf } from '../../ui/tone.tsx';
import { useIncidents } from '../incidents/use-incidents.ts';
import { useLastLook } from './last-look.ts';
import { openPlace } from './place.ts';
import { type SinceEntry, sinceEntries, unreadSources } from './since-entries.ts';
import { describeSinceWhen, SINCE_TEXT } from './text.ts';

const REFRESH_INTERVAL_MS = 15_000;
/** No further back than the charts reach. */
const MAX_SPAN_MS = 48 * 3_600_000;

/** What happened on the host since the window was last looked at; each entry leads to its page. */
export function SinceList() {
  const hostId = useHostProfile()?.id ?? null;
  const lastLook = useLastLook();
  const minute = useOfNow((nowMs) => Math.floor(nowMs / REFRESH_INTERVAL_MS));
  const toMs = (minute + 1) * REFRESH_INTERVAL_MS;
  const sinceMs = Math.max(lastLook, toMs - MAX_SPAN_MS);
  const { data: events, error: eventsError } = useQuery({
    queryKey: ['history.events', 'overview', hostId, lastLook],
    queryFn: () => bridge.history.events({ hostId: hostId ?? '', fromMs: sinceMs, toMs: Date.now() + 1 }),
    enabled: hostId !== null,
    refetchInterval: REFRESH_INTERVAL_MS,
  });
  const { list, error: incidentsError } = useIncidents(hostId, { fromMs: sinceMs, toMs });
  const { checks, results } = useChecksState();
  const notices = useNotices();
  const entries = useMemo(() => {
    const titleOf = (id: string): string => checks.find((check) => check.id === id)?.title ?? id;
    return sinceEntries({
      events: events ?? [],
      incidents: list?.incidents ?? [],
      checks: results.map((result) => ({ ...result, title: titleOf(result.id) })),
      notices: notices.filter(({ opens }) => opens?.hostId === hostId),
      sinceMs,
    });
  }, [events, list, checks, results, notices, hostId, sinceMs]);
  const unread = unreadSources({ eventsError, incidentsError, list });
  const isLoading = (events === undefined && eventsError === null) || (list === undefined && incidentsError === null);
  const nothing = isLoading ? SINCE_TEXT.loading : unread.length === 0 ? SINCE_TEXT.nothing : SINCE_TEXT.nothingRead;
  return (
    <ul className="ada-since-list">
      {entries.length === 0 ? <li className="ada-quiet ada-since-words">{nothing}</li> : null}
      {entries.map((entry) => (
        <li key={entry.id}>
          <EntryButton entry={entry} />
        </li>
      ))}
      {unread.map((sentence) => (
        <li key={sentence} className="ada-quiet ada-since-words">
          {sentence}
        </li>
      ))}
    </ul>
  );
}

/** Since when, for the head of the card. */
export function SinceWhen() {
  const sinceMs = useLastLook();
  return <span className="ada-quiet">{useOfNow((nowMs) => describeSinceWhen(sinceMs, nowMs))}</span>;
}

function EntryButton({ entry: { severity, title, detail, count, lastAt, place } }: { readonly entry: SinceEntry }) {
  const times = useOfNow((nowMs) => describeTimes(count, lastAt, nowMs));
  return (
    <button type="button" className="ada-entry" onClick={() => openPlace(place)}>
      <ToneIcon tone={toneOf(severity)} size={16} />
      <span className="ada-entry-words">
        <span className="ada-entry-title" title={title}>
          {title}
        </span>
        {detail === '' ? null : (
          <span className="ada-entry-detail" title={detail}>
            {detail}
          </span>
        )}
      </span>
      <span className="ada-entry-times">{times}</span>
    </button>
  );
}
