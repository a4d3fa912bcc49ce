import { Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ActionProgress, ServiceUnit } from '../../../shared/capabilities/services/contract.ts';
import { capitalised } from '../../../shared/diagnosis/text.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { formatBytes, formatDateTime, formatMiB, UNKNOWN } from '../../../shared/format.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { useAction, useServiceActions } from '../../stores/services.ts';
import { setPage } from '../../stores/view.ts';
import { Age } from '../../ui/age.tsx';
import { ErrorNotice, errorDetails } from '../../ui/error-notice.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { describeBoot, describeCpu, describeLastResult, describeLastSeen, TEXT, VERB_TEXT } from './text.ts';

const LAST_LINES = 20;

export interface UnitDrawerProps {
  readonly unit: ServiceUnit | null;
  readonly hostLabel: string;
  readonly heldVramMiB: number | null;
  readonly isStale: boolean;
  readonly onClose: () => void;
}

type FailedAction = Extract<ActionProgress, { readonly kind: 'failed' }>;

function failureDetails(action: FailedAction, hostLabel: string): string {
  return [
    `${VERB_TEXT[action.verb].label} ${action.unit} on ${hostLabel}`,
    `at ${new Date(action.startedAt).toISOString()}, failed after ${Math.round(action.elapsedMs)} ms`,
    errorDetails(action.error),
    '',
    ...action.lastLines,
  ].join('\n');
}

function Failure({ action, hostLabel }: { readonly action: FailedAction; readonly hostLabel: string }) {
  const serviceActions = useServiceActions();
  return (
    <Stack gap="xs">
      <ErrorNotice error={action.error} details={failureDetails(action, hostLabel)} />
      {action.lastLines.length === 0 ? null : (
        <>
          <Text size="sm" fw={600}>
            {TEXT.lastLinesOfRun}
          </Text>
          <pre className="ada-code services-lines">{action.lastLines.join('\n')}</pre>
        </>
      )}
      <Group gap="xs">
        <Button onClick={() => setPage('logs', { unit: action.unit })}>{TEXT.openInLogs}</Button>
        <Button variant="subtle" color="gray" onClick={() => serviceActions.dismiss(action.unit)}>
          {TEXT.dismiss}
        </Button>
      </Group>
    </Stack>
  );
}

/** The unit's newest log lines, read once when the drawer opens. */
function LastLines({ unit }: { readonly unit: string }) {
  const hostCalls = useHostBridge();
  const [shown, setShown] = useState<string | null>(null);
  useEffect(() => {
    let isOver = false;
    setShown(null);
    hostCalls.journal.older({ units: [unit], beforeMs: Date.now() + 60_000, count: LAST_LINES }).then(
      (entries) => {
        if (!isOver) setShown(entries.length === 0 ? TEXT.noLines : entries.map((entry) => entry.text).join('\n'));
      },
      (thrown: unknown) => {
        if (!isOver) setShown(toPanelError(thrown).message);
      },
    );
    return () => {
      isOver = true;
    };
  }, [unit, hostCalls]);
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          {TEXT.lastLines}
        </Text>
        <Button size="compact-xs" variant="subtle" onClick={() => setPage('logs', { unit })}>
          {TEXT.openInLogs}
        </Button>
      </Group>
      <pre className="ada-code services-lines">{shown ?? TEXT.loading}</pre>
    </Stack>
  );
}

function Facts({ unit, heldVramMiB }: { readonly unit: ServiceUnit; readonly heldVramMiB: number | null }) {
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    [TEXT.state, `${unit.activeState} (${unit.subState})`],
    [TEXT.since, formatDateTime(unit.stateChangedAt)],
    [TEXT.lastResult, describeLastResult(unit)],
    [TEXT.startsAtBoot, describeBoot(unit.unitFileState)],
    [TEXT.restarts, unit.restarts ?? UNKNOWN],
    [TEXT.mainPid, unit.mainPid === null || unit.mainPid === 0 ? UNKNOWN : unit.mainPid],
    [TEXT.vram, heldVramMiB === 0 ? TEXT.none : formatMiB(heldVramMiB)],
    [TEXT.memory, formatBytes(unit.memoryCurrentBytes)],
    [TEXT.cpu, describeCpu(unit)],
    [TEXT.tasks, unit.tasksCurrent ?? UNKNOWN],
    [TEXT.type, unit.type === '' ? UNKNOWN : unit.type],
    [TEXT.requiredBy, unit.requiredBy.length === 0 ? TEXT.none : unit.requiredBy.map(shortUnitName).join(', ')],
    [TEXT.unitFile, unit.fragmentPath ?? UNKNOWN],
    [TEXT.invocation, unit.invocationId ?? UNKNOWN],
  ];
  return (
    <dl className="services-facts">
      {facts.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The properties of one unit, and the reason of its last failed start. */
export function UnitDrawer({ unit, hostLabel, heldVramMiB, isStale, onClose }: UnitDrawerProps) {
  const action = useAction(unit?.name ?? '');
  return (
    <Drawer
      opened={unit !== null}
      onClose={onClose}
      position="right"
      size={480}
      title={unit === null ? '' : `${shortUnitName(unit.name)} on ${hostLabel}`}
      closeButtonProps={{ 'aria-label': TEXT.closeDetails }}
    >
      {unit === null ? null : (
        <Stack gap="lg">
          <div>
            <Group justify="space-between">
              <StatusWord
                tone={isStale ? 'stale' : unit.verdict.tone}
                word={isStale ? describeLastSeen(unit) : capitalised(unit.verdict.word)}
              />
              <span className="services-quiet">
                {TEXT.updated} <Age at={unit.takenAt} />
              </span>
            </Group>
            {unit.verdict.why === null ? null : (
              <Text size="sm" mt={6}>
                {capitalised(unit.verdict.why)}
              </Text>
            )}
            {unit.needsDaemonReload ? (
              <Text size="sm" mt={6}>
                {TEXT.unitFileChanged}
              </Text>
            ) : null}
          </div>
          {action?.kind === 'failed' ? <Failure action={action} hostLabel={hostLabel} /> : null}
          <Facts unit={unit} heldVramMiB={heldVramMiB} />
          {isStale ? null : <LastLines unit={unit.name} />}
        </Stack>
      )}
    </Drawer>
  );
}
