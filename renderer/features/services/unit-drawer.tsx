import { Button, Drawer, Group, Stack, Text } from '@mantine/core';
import type { ActionProgress, ServiceUnit } from '../../../shared/capabilities/services/contract.ts';
import { capitalised } from '../../../shared/diagnosis/text.ts';
import { formatBytes, formatDateTime, formatMiB, UNKNOWN } from '../../../shared/format.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { useHostFacts } from '../../stores/facts.ts';
import { busyVerbOf, useAction, usePressed, useServiceActions } from '../../stores/services.ts';
import { setPage } from '../../stores/view.ts';
import { Age } from '../../ui/age.tsx';
import { ErrorNotice, errorDetails } from '../../ui/error-notice.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { RunHistory } from './run-history.tsx';
import { RunLines } from './run-lines.tsx';
import { describeBoot, describeCpu, describeLastResult, describeLastSeen, TEXT, VERB_TEXT } from './text.ts';
import { UnitButtons } from './unit-buttons.tsx';
import type { UnitActs } from './unit-entries.ts';
import { useLastLines } from './use-last-lines.ts';

const LAST_LINES = 40;
const READ_MS = 2000;

export interface UnitDrawerProps {
  readonly unit: ServiceUnit | null;
  readonly hostLabel: string;
  readonly heldVramMiB: number | null;
  readonly isStale: boolean;
  readonly units: readonly ServiceUnit[];
  readonly acts: UnitActs;
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

/** The newest lines of the unit's newest run, live while the drawer is open. */
function LastLinesOf({ unit }: { readonly unit: ServiceUnit }) {
  const { lines, message } = useLastLines(unit.name, { count: LAST_LINES, everyMs: READ_MS, again: unit.invocationId });
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          {TEXT.lastLines}
        </Text>
        <Button size="compact-xs" variant="subtle" onClick={() => setPage('logs', { unit: unit.name })}>
          {TEXT.openInLogs}
        </Button>
      </Group>
      {lines === null || lines.length === 0 ? (
        <p className="services-quiet">{message}</p>
      ) : (
        <RunLines lines={lines} label={TEXT.lastLines} size="tall" />
      )}
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
export function UnitDrawer({ unit, hostLabel, heldVramMiB, isStale, units, acts, onClose }: UnitDrawerProps) {
  const action = useAction(unit?.name ?? '');
  const pressed = usePressed(unit?.name ?? '');
  const facts = useHostFacts();
  const hostNowMs = Date.now() + (facts?.clockOffsetMs ?? 0);
  const situation = { busyVerb: busyVerbOf(pressed, action), isOffline: isStale, canMove: false, units };
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
            <div className="services-drawer-verbs">
              <UnitButtons unit={unit} situation={situation} acts={acts} />
            </div>
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
          {isStale ? null : <LastLinesOf key={unit.name} unit={unit} />}
          {isStale ? null : (
            <RunHistory
              key={`${unit.name} runs`}
              unit={unit.name}
              restarts={unit.restarts}
              hostNowMs={hostNowMs}
              again={`${unit.invocationId} ${unit.activeState}`}
            />
          )}
          <Facts unit={unit} heldVramMiB={heldVramMiB} />
        </Stack>
      )}
    </Drawer>
  );
}
