import { vramByUnit } from '../../../shared/gpu-summary.ts';
import { useServiceActions } from '../../stores/services.ts';
import './services.css';
import { Button, Group } from '@mantine/core';
import { IconPin, IconPlugConnectedX, IconRefresh, IconStack2 } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { ServiceUnit } from '../../../shared/capabilities/services/contract.ts';
import { useDiagnosis } from '../../stores/diagnosis.ts';
import { useHostFacts } from '../../stores/facts.ts';
import { useGpuStatus } from '../../stores/gpu.ts';
import { useConnectionState, useHostProfile } from '../../stores/hosts.ts';
import { useActions, useServicesState } from '../../stores/services.ts';
import { usePageIntent, useView } from '../../stores/view.ts';
import { Age } from '../../ui/age.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { FailureCards } from './failure-cards.tsx';
import { PinDialog } from './pin-dialog.tsx';
import { RunCard } from './run-card.tsx';
import { ServicesTable } from './services-table.tsx';
import { SudoersCard } from './sudoers-card.tsx';
import { describeNotConnected, describeUnit, describeUnits, TEXT } from './text.ts';
import { UnitDrawer } from './unit-drawer.tsx';
import { useUnitActs } from './use-unit-acts.ts';

/** Opens the details of a unit when an action on it fails. */
function useFailureOpens(open: (unit: string) => void): void {
  const actions = useActions();
  const seen = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    const failed = Object.values(actions).filter((action) => action.kind === 'failed');
    const news = failed.filter((action) => seen.current !== null && !seen.current.has(action.actionId));
    seen.current = new Set(failed.map((action) => action.actionId));
    const [first] = news;
    if (first !== undefined) open(first.unit);
  }, [actions, open]);
}

/** The pinned units of the host, with their actions. */
export function ServicesPage() {
  const { links } = useDiagnosis();
  const serviceActions = useServiceActions();
  const state = useServicesState();
  const gpu = useGpuStatus();
  const host = useHostProfile();
  const facts = useHostFacts();
  const isOnline = useConnectionState().kind === 'online';
  const [openUnit, setOpenUnit] = useState<string | null>(null);
  const [isPinning, setPinning] = useState(false);
  const [isRefreshing, setRefreshing] = useState(false);
  const acts = useUnitActs(setOpenUnit);
  useFailureOpens(setOpenUnit);
  usePageIntent(isOnline ? { pin: () => setPinning(true) } : {});
  const requestedUnit = useView(({ target }) => target?.unit);
  useEffect(() => {
    if (requestedUnit !== undefined) setOpenUnit(requestedUnit);
  }, [requestedUnit]);

  const hostLabel = host?.label ?? 'the host';
  const { units } = state;
  const isStale = !isOnline;
  const held = vramByUnit(gpu.processes);
  const heldOf = (unit: ServiceUnit) => (gpu.processesAt === null ? null : (held.get(unit.name) ?? 0));
  const opened = units.find((unit) => unit.name === openUnit) ?? null;

  const refresh = async () => {
    setRefreshing(true);
    await serviceActions.refresh();
    setRefreshing(false);
  };

  const line =
    units.length === 0 ? (
      isOnline ? (
        TEXT.nonePinned
      ) : (
        TEXT.notConnected
      )
    ) : isStale ? (
      <StatusWord tone="stale" word={TEXT.lastKnown} />
    ) : (
      <StatusWord {...describeUnits(units, links)} />
    );

  return (
    <Page
      title={TEXT.title}
      state={line}
      action={
        <Group gap="xs">
          {state.takenAt === null ? null : (
            <span className="services-quiet">
              {TEXT.updated} <Age at={state.takenAt} />
            </span>
          )}
          <Button
            size="sm"
            leftSection={<IconRefresh size={15} />}
            loading={isRefreshing}
            disabled={!isOnline}
            onClick={() => void refresh()}
          >
            {TEXT.refresh}
          </Button>
          <Button size="sm" variant="light" leftSection={<IconPin size={15} />} disabled={!isOnline} onClick={() => setPinning(true)}>
            {TEXT.pin}
          </Button>
        </Group>
      }
    >
      {state.error === null ? null : (
        <ErrorNotice
          error={state.error}
          action={
            <Button onClick={() => void refresh()} loading={isRefreshing}>
              {TEXT.retry}
            </Button>
          }
        />
      )}
      {units.length === 0 ? (
        <Card>
          {isOnline ? (
            <EmptyState
              icon={IconStack2}
              title={TEXT.nonePinned}
              action={
                <Button variant="filled" size="sm" onClick={() => setPinning(true)}>
                  {TEXT.pin}
                </Button>
              }
            >
              {TEXT.nonePinnedBody}
            </EmptyState>
          ) : (
            <EmptyState icon={IconPlugConnectedX} title={TEXT.notConnected}>
              {describeNotConnected(hostLabel)}
            </EmptyState>
          )}
        </Card>
      ) : (
        <>
          <Card>
            <ServicesTable
              rows={units.map((unit) => ({ unit, words: describeUnit(unit, links), heldVramMiB: heldOf(unit) }))}
              clockOffsetMs={facts?.clockOffsetMs ?? 0}
              isStale={isStale}
              acts={acts}
            />
          </Card>
          {isStale ? null : <RunCard failedUnits={units.filter(({ verdict }) => verdict.tone === 'bad').map(({ name }) => name)} />}
          {isStale ? null : <FailureCards units={units} acts={acts} />}
          <SudoersCard sudoWithoutPassword={state.sudoWithoutPassword} isStale={isStale} />
        </>
      )}
      <UnitDrawer
        unit={opened}
        hostLabel={hostLabel}
        heldVramMiB={opened === null ? null : heldOf(opened)}
        isStale={isStale}
        units={units}
        acts={acts}
        onClose={() => setOpenUnit(null)}
      />
      <PinDialog
        isOpen={isPinning}
        pinned={new Set(units.filter((unit) => unit.pinned).map((unit) => unit.name))}
        alwaysListed={new Set(units.filter((unit) => !unit.pinned).map((unit) => unit.name))}
        hostLabel={hostLabel}
        onClose={() => setPinning(false)}
      />
    </Page>
  );
}
