import { Button } from '@mantine/core';
import { memo, useState } from 'react';
import type { Incident, IncidentList } from '../../../shared/capabilities/incidents/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { formatDateTime } from '../../../shared/format.ts';
import { Card } from '../../ui/card.tsx';
import { useOfNow } from '../../ui/clock.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import './incidents.css';
import { describeLength, describeShowLogs, describeShowMore, KIND_WORDS, TEXT } from './text.ts';
import { showIncidentLogs, toneOfIncident } from './use-incidents.ts';

/** The newest; more would double what each new reading costs the page. */
const SHOWN = 8;
const MAX_SHOWN = 100;

export interface IncidentsCardProps {
  /** Undefined = loading. */
  readonly list: IncidentList | undefined;
  readonly incidents: readonly Incident[];
  readonly error: Error | null;
}

/** The incidents of a range, newest first, with what proves them and the way to the logs. */
export const IncidentsCard = memo(function IncidentsCard({ list, incidents, error }: IncidentsCardProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Card title={TEXT.title} anchor="gpu-incidents" aside={<span className="ada-quiet ada-incident-rule">{TEXT.rule}</span>}>
      {error === null ? null : <ErrorNotice error={toPanelError(error)} tone="warning" />}
      {list === undefined && error === null ? <p className="ada-quiet">{TEXT.loading}</p> : null}
      {list !== undefined && incidents.length === 0 ? (
        <p>
          <StatusWord
            tone={list.unread.length === 0 ? 'good' : 'stale'}
            word={list.unread.length === 0 ? TEXT.none : TEXT.noneRead}
            quiet
          />
        </p>
      ) : null}
      <ol className="ada-incidents">
        {incidents
          .slice(isOpen ? -MAX_SHOWN : -SHOWN)
          .toReversed()
          .map((incident) => (
            <IncidentRow key={incident.id} incident={incident} />
          ))}
      </ol>
      {incidents.length > SHOWN ? (
        <Button variant="subtle" size="compact-xs" ml={-8} mt={4} onClick={() => setIsOpen(!isOpen)}>
          {isOpen ? TEXT.showFewer : describeShowMore(incidents.length, MAX_SHOWN)}
        </Button>
      ) : null}
      {isOpen && (list?.isCapped === true || incidents.length > MAX_SHOWN) ? <p className="ada-quiet">{TEXT.capped}</p> : null}
      {list?.unread.map((sentence) => (
        <p key={sentence} className="ada-quiet">
          {sentence}
        </p>
      ))}
    </Card>
  );
});

const IncidentRow = memo(function IncidentRow({ incident }: { readonly incident: Incident }) {
  const length = useOfNow((nowMs) => describeLength(incident, nowMs));
  return (
    <li className="ada-incident" title={incident.evidence.join('\n')}>
      <span className="ada-incident-when ada-quiet">
        <span className="ada-number">{formatDateTime(incident.beginMs)}</span>
        <span className="ada-incident-length">{length}</span>
      </span>
      <StatusWord tone={toneOfIncident(incident)} word={KIND_WORDS[incident.kind]} />
      <span className="ada-incident-words">
        {incident.summary} <span className="ada-quiet">{incident.who ?? TEXT.unknownWho}</span>
        {incident.evidence.length === 0 ? null : <span className="ada-incident-proof ada-quiet">{incident.evidence.join(' · ')}</span>}
      </span>
      <Button variant="subtle" size="compact-xs" aria-label={describeShowLogs(incident.summary)} onClick={() => showIncidentLogs(incident)}>
        {TEXT.showLogs}
      </Button>
    </li>
  );
});
