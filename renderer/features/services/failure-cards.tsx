import { Button, Group } from '@mantine/core';
import type { ServiceUnit } from '../../../shared/capabilities/services/contract.ts';
import { capitalised } from '../../../shared/diagnosis/text.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { setPage } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { FailureLines } from './failure-lines.tsx';
import { describeFailed, describeStartWith, describeStoppedAlong, TEXT } from './text.ts';
import type { UnitActs } from './unit-entries.ts';
import { offers, stoppedDependants } from './verbs.ts';

/** Why each failed unit failed, with the last lines of that run; and the units that a stop took along. */
export function FailureCards({ units, acts }: { readonly units: readonly ServiceUnit[]; readonly acts: UnitActs }) {
  const failed = units.filter(({ verdict }) => verdict.tone === 'bad');
  const stopped = units.filter(
    (unit) => unit.activeState !== 'failed' && unit.loadState === 'loaded' && stoppedDependants(unit, units).length > 0,
  );
  return (
    <>
      {failed.map((unit) => (
        <FailureCard key={unit.name} unit={unit} units={units} acts={acts} />
      ))}
      {stopped.map((unit) => (
        <StoppedAlong key={unit.name} unit={unit} units={units} acts={acts} />
      ))}
    </>
  );
}

interface UnitCardProps {
  readonly unit: ServiceUnit;
  readonly units: readonly ServiceUnit[];
  readonly acts: UnitActs;
}

function FailureCard({ unit, units, acts }: UnitCardProps) {
  const name = shortUnitName(unit.name);
  const also = stoppedDependants(unit, units);
  return (
    <Card
      title={describeFailed(name)}
      aside={
        <Group gap="xs" wrap="nowrap">
          <Button size="compact-sm" variant="subtle" onClick={() => setPage('logs', { unit: unit.name })}>
            {TEXT.openInLogs}
          </Button>
          <Button
            size="compact-sm"
            disabled={!offers(unit, 'start')}
            onClick={() => (also.length === 0 ? acts.onVerb(unit.name, 'start') : acts.onStartAll([unit.name, ...also]))}
          >
            {describeStartWith([unit.name, ...also])}
          </Button>
        </Group>
      }
    >
      <StatusWord tone="bad" word={capitalised(unit.verdict.why ?? unit.verdict.word)} />
      <FailureLines unit={unit.name} />
    </Card>
  );
}

/** systemd stops dependants with a unit, and does not start them again with it. */
function StoppedAlong({ unit, units, acts }: UnitCardProps) {
  const also = stoppedDependants(unit, units);
  const wanted = offers(unit, 'start') ? [unit.name, ...also] : also;
  return (
    <Card compact>
      <div className="services-stopped">
        <StatusWord tone="warning" word={describeStoppedAlong(also.map(shortUnitName), shortUnitName(unit.name))} />
        <Button size="compact-sm" onClick={() => acts.onStartAll(wanted)}>
          {describeStartWith(wanted)}
        </Button>
      </div>
    </Card>
  );
}
