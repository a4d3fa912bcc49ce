import { Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ActionProgress, ServiceUnit } from '../../../shared/capabilities/services/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { formatBytes, formatDateTime, formatMiB, formatPercent, UNKNOWN } from '../../../shared/format.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { useAction, useServiceActions } from '../../stores/services.ts';
import { setPage } from '../../stores/view.ts';
import { Age } from '../../ui/age.tsx';
import { ErrorNotice, errorDetails } from '../../ui/error-notice.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { cpuTime } from './unit-row.tsx';
import { bootWord, resultWord, VERB_WORDS } from './words.ts';

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
    `${VERB_WORDS[action.verb].label} ${action.unit} on ${hostLabel}`,
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
            The journal’s last lines of that run
          </Text>
          <pre className="services-lines">{action.lastLines.join('\n')}</pre>
        </>
      )}
      <Group gap="xs">
        <Button onClick={() => setPage('logs', { unit: action.unit })}>Open in Logs</Button>
        <Button variant="subtle" color="gray" onClick={() => serviceActions.dismiss(action.unit)}>
          Dismiss
        </Button>
      </Group>
    </Stack>
  );
}

/** The unit's newest lines, read once when the panel opens. */
function LastLines({ unit }: { readonly unit: string }) {
  const hostCalls = useHostBridge();
  const [shown, setShown] = useState<string | null>(null);
  useEffect(() => {
    let isOver = false;
    setShown(null);
    hostCalls.journal.older({ units: [unit], beforeMs: Date.now() + 60_000, count: LAST_LINES }).then(
      (entries) => {
        if (!isOver) setShown(entries.length === 0 ? 'Nothing in the journal.' : entries.map((entry) => entry.text).join('\n'));
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
          Last lines
        </Text>
        <Button size="compact-xs" variant="subtle" onClick={() => setPage('logs', { unit })}>
          Open in Logs
        </Button>
      </Group>
      <pre className="services-lines">{shown ?? 'Reading…'}</pre>
    </Stack>
  );
}

function Facts({ unit, heldVramMiB }: { readonly unit: ServiceUnit; readonly heldVramMiB: number | null }) {
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    ['State', `${unit.activeState} (${unit.subState})`],
    ['Since', formatDateTime(unit.stateChangedAt)],
    ['Last result', resultWord(unit)],
    ['Starts at boot', bootWord(unit.unitFileState)],
    ['Restarts', unit.restarts ?? UNKNOWN],
    ['Main PID', unit.mainPid === null || unit.mainPid === 0 ? UNKNOWN : unit.mainPid],
    ['VRAM held', heldVramMiB === 0 ? 'none' : formatMiB(heldVramMiB)],
    ['Memory', formatBytes(unit.memoryCurrentBytes)],
    ['CPU', `${formatPercent(unit.cpuPercent)} of one core, ${cpuTime(unit.cpuUsageNs)} in all`],
    ['Tasks', unit.tasksCurrent ?? UNKNOWN],
    ['Type', unit.type === '' ? UNKNOWN : unit.type],
    ['Needed by', unit.requiredBy.length === 0 ? 'nothing' : unit.requiredBy.map(shortUnitName).join(', ')],
    ['Unit file', unit.fragmentPath ?? UNKNOWN],
    ['Run', unit.invocationId ?? UNKNOWN],
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

/** Everything systemd says about one unit, and why its last start failed. */
export function UnitDrawer({ unit, hostLabel, heldVramMiB, isStale, onClose }: UnitDrawerProps) {
  const action = useAction(unit?.name ?? '');
  return (
    <Drawer
      opened={unit !== null}
      onClose={onClose}
      position="right"
      size={480}
      title={unit === null ? '' : `${shortUnitName(unit.name)} on ${hostLabel}`}
      closeButtonProps={{ 'aria-label': 'Close details' }}
    >
      {unit === null ? null : (
        <Stack gap="lg">
          <div>
            <Group justify="space-between">
              <StatusWord
                tone={isStale ? 'stale' : unit.verdict.tone}
                word={isStale ? `last seen ${unit.verdict.word}` : unit.verdict.word}
              />
              <span className="services-quiet">
                read <Age at={unit.takenAt} />
              </span>
            </Group>
            {unit.verdict.why === null ? null : (
              <Text size="sm" mt={6}>
                {unit.verdict.why}
              </Text>
            )}
            {unit.needsDaemonReload ? (
              <Text size="sm" mt={6}>
                Its unit file changed on disk; systemd reads it after “systemctl daemon-reload”.
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
