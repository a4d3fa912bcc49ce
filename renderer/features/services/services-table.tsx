import { type KeyboardEvent, useMemo } from 'react';
import type { ServiceUnit, Verb } from '../../../shared/capabilities/services/contract.ts';
import { formatBytes, formatMiB, formatPercent, UNKNOWN } from '../../../shared/format.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { busyVerbOf, useAction, usePressed, useServicesState, useVerbsInProgress } from '../../stores/services.ts';
import { setPage } from '../../stores/view.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { DataColumn, TableView } from '../../ui/table-columns.ts';
import { recallTable } from '../../ui/table-memory.ts';
import { TONE_RANK } from '../../ui/tone.tsx';
import { StateCell } from './state-cell.tsx';
import { describeBoot, describeDetails, describeLastResult, TEXT, type UnitText } from './text.ts';
import { UnitButtons } from './unit-buttons.tsx';
import { type UnitActs, type UnitSituation, unitEntries, whyNot } from './unit-entries.ts';
import { mainVerb } from './verbs.ts';

const TABLE_ID = 'services';

export interface ServiceRow {
  readonly unit: ServiceUnit;
  readonly words: UnitText;
  /** VRAM of its processes; null = the GPU is not read, NaN = a process has no figure. */
  readonly heldVramMiB: number | null;
}

export interface ServicesTableProps {
  /** In the operator's own order. */
  readonly rows: readonly ServiceRow[];
  readonly clockOffsetMs: number;
  readonly isStale: boolean;
  readonly acts: UnitActs;
}

/** Units with their state, what they hold, and the verbs for them. */
export function ServicesTable({ rows, clockOffsetMs, isStale, acts }: ServicesTableProps) {
  const { actions, pressed } = useVerbsInProgress();
  const columns = useMemo(() => serviceColumns({ clockOffsetMs, isStale, acts }), [clockOffsetMs, isStale, acts]);
  const units = rows.map(({ unit }) => unit);
  const situationOf = ({ name }: ServiceUnit): UnitSituation => ({
    busyVerb: busyVerbOf(pressed[name], actions[name]),
    isOffline: isStale,
    canMove: recallTable(TABLE_ID).sort === null,
    units,
  });
  return (
    <DataTable
      id={TABLE_ID}
      caption={TEXT.title}
      columns={columns}
      rows={rows}
      rowKey={({ unit }) => unit.name}
      rowName={({ unit }) => shortUnitName(unit.name)}
      rowData={({ unit }) => ({ 'data-unit': unit.name })}
      rowMenu={({ unit }) => unitEntries(unit, situationOf(unit), acts)}
      onRowOpen={({ unit }) => acts.onOpen(unit.name)}
      onRowKey={({ unit }, event) => actByKey(event, unit, situationOf(unit), acts)}
      empty={null}
      isStale={isStale}
    />
  );
}

/** S starts or stops the row's unit, R restarts it, L opens its logs. True = the key was one of these. */
function actByKey({ key, ctrlKey, metaKey, altKey }: KeyboardEvent, unit: ServiceUnit, situation: UnitSituation, acts: UnitActs): boolean {
  if (ctrlKey || metaKey || altKey) return false;
  const verb = new Map<string, Verb>([
    ['s', mainVerb(unit) === 'start' && situation.busyVerb === null ? 'start' : 'stop'],
    ['r', 'restart'],
  ]).get(key.toLowerCase());
  if (verb !== undefined) {
    if (whyNot(unit, verb, situation) === null) acts.onVerb(unit.name, verb);
    return true;
  }
  if (key.toLowerCase() !== 'l') return false;
  setPage('logs', { unit: unit.name });
  return true;
}

/** A number that is drawn as a dash when it is 0, and sorted as one. */
const unlessZero = (value: number | null): number | null => (value === 0 ? null : value);
const unlessUnknown = (word: string): string | null => (word === UNKNOWN ? null : word);

type ColumnsOf = Omit<ServicesTableProps, 'rows'>;

function serviceColumns(o: ColumnsOf): readonly DataColumn<ServiceRow>[] {
  return [
    {
      id: 'service',
      label: TEXT.service,
      minWidth: 220,
      sortBy: ({ unit }) => shortUnitName(unit.name),
      cell: ({ unit }) => <NameCell unit={unit} onOpen={o.acts.onOpen} />,
    },
    {
      id: 'state',
      label: TEXT.state,
      kind: 'prose',
      width: 184,
      sortBy: ({ words }) => TONE_RANK[words.tone],
      cell: ({ unit, words }, view) => (
        <StateCell
          unit={unit}
          words={words}
          clockOffsetMs={o.clockOffsetMs}
          isStale={o.isStale}
          showsRestarts={!view.isShown('restarts')}
          onOpen={() => o.acts.onOpen(unit.name)}
        />
      ),
    },
    {
      id: 'vram',
      label: TEXT.vram,
      kind: 'number',
      width: 82,
      dropOrder: 7,
      sortBy: ({ heldVramMiB }) => unlessZero(heldVramMiB),
      cell: ({ heldVramMiB }) => formatMiB(unlessZero(heldVramMiB)),
    },
    {
      id: 'memory',
      label: TEXT.memory,
      kind: 'number',
      width: 84,
      dropOrder: 6,
      sortBy: ({ unit }) => unit.memoryCurrentBytes,
      cell: ({ unit }) => formatBytes(unit.memoryCurrentBytes),
    },
    {
      id: 'cpu',
      label: TEXT.cpu,
      kind: 'number',
      width: 64,
      dropOrder: 5,
      sortBy: ({ unit }) => unit.cpuPercent,
      cell: ({ unit }) => formatPercent(unit.cpuPercent),
      title: () => TEXT.ofOneCore,
    },
    {
      id: 'restarts',
      label: TEXT.restarts,
      kind: 'number',
      width: 82,
      dropOrder: 3,
      sortBy: ({ unit }) => unit.restarts,
      cell: ({ unit }) => unit.restarts ?? UNKNOWN,
    },
    {
      id: 'pid',
      label: TEXT.mainPid,
      kind: 'number',
      width: 88,
      dropOrder: 1,
      sortBy: ({ unit }) => unlessZero(unit.mainPid),
      cell: ({ unit }) => unlessZero(unit.mainPid) ?? UNKNOWN,
    },
    {
      id: 'boot',
      label: TEXT.atBoot,
      width: 80,
      dropOrder: 4,
      sortBy: ({ unit }) => unlessUnknown(describeBoot(unit.unitFileState)),
      cell: ({ unit }) => describeBoot(unit.unitFileState),
    },
    {
      id: 'result',
      label: TEXT.lastResult,
      width: 100,
      dropOrder: 2,
      sortBy: ({ unit }) => unlessUnknown(describeLastResult(unit)),
      cell: ({ unit }) => describeLastResult(unit),
      title: ({ unit }) => describeLastResult(unit),
    },
    {
      id: 'actions',
      label: TEXT.actions,
      kind: 'actions',
      width: 178,
      cell: ({ unit }, view) => <ActionsCell unit={unit} view={view} o={o} />,
    },
  ];
}

function NameCell({ unit, onOpen }: { readonly unit: ServiceUnit; readonly onOpen: (unit: string) => void }) {
  const name = shortUnitName(unit.name);
  return (
    <>
      <button
        type="button"
        className="services-name"
        title={unit.name}
        onClick={() => onOpen(unit.name)}
        aria-label={describeDetails(name)}
      >
        {name}
      </button>
      <div className="services-quiet services-cut" title={unit.description}>
        {unit.description === '' ? unit.name : unit.description}
      </div>
    </>
  );
}

function ActionsCell({ unit, view, o }: { readonly unit: ServiceUnit; readonly view: TableView; readonly o: ColumnsOf }) {
  const busyVerb = busyVerbOf(usePressed(unit.name), useAction(unit.name));
  const { units } = useServicesState();
  return <UnitButtons unit={unit} situation={{ busyVerb, isOffline: o.isStale, canMove: !view.isSorted, units }} acts={o.acts} />;
}
