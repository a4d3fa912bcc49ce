// The short list cannot be sorted, so the table library is not part of the first paint.
import '../../ui/table.css';
import { Button, Loader } from '@mantine/core';
import { memo } from 'react';
import type { ServiceUnit } from '../../../shared/capabilities/services/contract.ts';
import { capitalised } from '../../../shared/diagnosis/text.ts';
import { formatMiB, UNKNOWN } from '../../../shared/format.ts';
import { vramByUnit } from '../../../shared/gpu-summary.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { useDiagnosis } from '../../stores/diagnosis.ts';
import { useHostFacts } from '../../stores/facts.ts';
import { useGpuStatus } from '../../stores/gpu.ts';
import { useConnectionState, useHostProfile } from '../../stores/hosts.ts';
import { useAction, usePressed, useServiceActions, useServicesState } from '../../stores/services.ts';
import { setPage } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { useOfNow } from '../../ui/clock.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { useLastValue } from '../../ui/use-last-value.ts';
import { describeLastSeen, describeRequested, describeSince, describeUnit, type UnitText, VERB_TEXT } from '../services/text.ts';
import { offers } from '../services/verbs.ts';
import { describeServicesCard, TEXT } from './text.ts';

/** The units with state, VRAM and one verb each. */
export const ServicesCard = memo(function ServicesCard() {
  const host = useHostProfile();
  const { units, takenAt } = useServicesState();
  const { processes, processesAt } = useGpuStatus();
  const held = vramByUnit(processes);
  const { links } = useDiagnosis();
  const words = useLastValue(units.map((unit) => describeUnit(unit, links)));
  return (
    <Card title={describeServicesCard(host?.label ?? 'the host')} aside={<AllServicesButton />}>
      {units.length === 0 ? (
        <p className="ada-quiet">{takenAt === null ? TEXT.loading : TEXT.nonePinned}</p>
      ) : (
        <table className="ada-table">
          <caption className="ada-table-unseen">Services in short</caption>
          <colgroup>
            <col />
            <col style={{ width: '29%' }} />
            <col style={{ width: 72 }} />
            <col style={{ width: 84 }} />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">{TEXT.service}</th>
              <th scope="col">{TEXT.state}</th>
              <th scope="col" className="ada-table-number">
                {TEXT.vram}
              </th>
              <th scope="col" className="ada-table-actions">
                {TEXT.action}
              </th>
            </tr>
          </thead>
          <tbody>
            {units.map((unit, index) => (
              <ServiceRow
                key={unit.name}
                unit={unit}
                words={words[index] ?? describeUnit(unit, links)}
                heldMiB={processesAt === null ? null : (held.get(unit.name) ?? null)}
              />
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
});

const AllServicesButton = memo(() => (
  <Button variant="subtle" mr={-10} onClick={() => setPage('services')}>
    {TEXT.allServices}
  </Button>
));

interface ServiceRowProps {
  readonly unit: ServiceUnit;
  readonly words: UnitText;
  readonly heldMiB: number | null;
}

const ServiceRow = memo(function ServiceRow({ unit, words, heldMiB }: ServiceRowProps) {
  const serviceActions = useServiceActions();
  const facts = useHostFacts();
  const isOnline = useConnectionState().kind === 'online';
  const pressed = usePressed(unit.name);
  const action = useAction(unit.name);
  const name = shortUnitName(unit.name);
  const underWay = pressed?.verb ?? (action?.kind === 'running' || action?.kind === 'asking-sudo' ? action.verb : null);
  const verb = offers(unit, 'restart') ? 'restart' : 'start';
  const clockOffsetMs = facts?.clockOffsetMs ?? 0;
  const since = useOfNow((nowMs) => describeSince(unit, nowMs + clockOffsetMs));
  const isAsSystemdSays = words.word === capitalised(unit.verdict.word);
  const word = isOnline ? words.word : describeLastSeen(unit);
  return (
    <tr>
      <th scope="row" title={name}>
        {name}
      </th>
      <td>
        <StatusWord
          tone={isOnline ? words.tone : 'stale'}
          word={since === UNKNOWN || !isOnline || !isAsSystemdSays ? word : `${word} ${since}`}
          quiet
        />
      </td>
      <td className="ada-table-number">{formatMiB(heldMiB)}</td>
      <td className="ada-table-actions">
        {underWay === null ? (
          <Button
            size="compact-xs"
            disabled={!isOnline || !offers(unit, verb)}
            onClick={() => void serviceActions.act(unit.name, verb)}
            aria-label={`${VERB_TEXT[verb].label} ${name}`}
          >
            {VERB_TEXT[verb].label}
          </Button>
        ) : (
          <span className="ada-status-word ada-quiet" role="status">
            <Loader size={12} aria-hidden /> {pressed === null ? VERB_TEXT[underWay].doing : describeRequested(underWay)}
          </span>
        )}
      </td>
    </tr>
  );
});
