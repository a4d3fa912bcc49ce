import {
  IconArrowDown,
  IconArrowUp,
  IconCopy,
  IconFileText,
  IconInfoCircle,
  IconPinnedOff,
  IconPlayerPlay,
  IconPlayerStop,
  IconPower,
  IconRefresh,
  IconRestore,
  type TablerIcon,
} from '@tabler/icons-react';
import type { ServiceUnit, Verb } from '../../../shared/capabilities/services/contract.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { copyText } from '../../stores/copy-text.ts';
import { setPage } from '../../stores/view.ts';
import type { MenuEntry } from '../../ui/context-menu.ts';
import { describeStartWith, TEXT, VERB_TEXT } from './text.ts';
import { notOffered, stoppedDependants } from './verbs.ts';

/** What can be done with a unit of the list. */
export interface UnitActs {
  readonly onOpen: (unit: string) => void;
  readonly onVerb: (unit: string, verb: Verb) => void;
  /** Starts these units, each after the one before. */
  readonly onStartAll: (units: readonly string[]) => void;
  readonly onUnpin: (unit: string) => void;
  readonly onMove: (unit: string, by: -1 | 1) => void;
}

export interface UnitSituation {
  /** The verb in progress; null = none. */
  readonly busyVerb: Verb | null;
  /** The host is not connected. */
  readonly isOffline: boolean;
  /** The rows are in the operator's own order, so that moving one shows. */
  readonly canMove: boolean;
  /** Every listed unit, to find those that were stopped along with this one. */
  readonly units: readonly ServiceUnit[];
}

/** A start may hang, so a stop is possible meanwhile. */
export function isFree(verb: Verb, busyVerb: Verb | null): boolean {
  return busyVerb === null || (verb === 'stop' && (busyVerb === 'start' || busyVerb === 'restart'));
}

const ICONS: Readonly<Record<Verb, TablerIcon>> = {
  start: IconPlayerPlay,
  stop: IconPlayerStop,
  restart: IconRefresh,
  enable: IconPower,
  disable: IconPower,
  'reset-failed': IconRestore,
};

/** Why a verb cannot be run now; null = it can. */
export function whyNot(
  unit: ServiceUnit,
  verb: Verb,
  { busyVerb, isOffline }: Pick<UnitSituation, 'busyVerb' | 'isOffline'>,
): string | null {
  if (isOffline) return TEXT.notConnected;
  if (!isFree(verb, busyVerb)) return TEXT.actionInProgress;
  return notOffered(unit, verb);
}

/** Every action on a unit, for its menu and its context menu. */
export function unitEntries(unit: ServiceUnit, situation: UnitSituation, acts: UnitActs): readonly MenuEntry[] {
  const verbEntry = (verb: Verb): MenuEntry => ({
    id: verb,
    label: VERB_TEXT[verb].label,
    icon: ICONS[verb],
    unavailable: whyNot(unit, verb, situation),
    run: () => acts.onVerb(unit.name, verb),
  });
  const also = notOffered(unit, 'start') === null ? stoppedDependants(unit, situation.units) : [];
  const withDependants: readonly MenuEntry[] =
    also.length === 0
      ? []
      : [
          {
            id: 'start-all',
            label: describeStartWith([unit.name, ...also]),
            icon: IconPlayerPlay,
            unavailable: whyNot(unit, 'start', situation),
            run: () => acts.onStartAll([unit.name, ...also]),
          },
        ];
  const moveReason = situation.canMove ? null : TEXT.sorted;
  return [
    ...withDependants,
    verbEntry('start'),
    verbEntry('stop'),
    verbEntry('restart'),
    verbEntry('enable'),
    verbEntry('disable'),
    verbEntry('reset-failed'),
    { id: 'logs', label: TEXT.showLogs, icon: IconFileText, run: () => setPage('logs', { unit: unit.name }) },
    { id: 'details', label: TEXT.details, icon: IconInfoCircle, run: () => acts.onOpen(unit.name) },
    {
      id: 'copy-name',
      label: TEXT.copyName,
      icon: IconCopy,
      run: () => copyText(shortUnitName(unit.name)),
    },
    { id: 'up', label: TEXT.moveUp, icon: IconArrowUp, unavailable: moveReason, run: () => acts.onMove(unit.name, -1) },
    { id: 'down', label: TEXT.moveDown, icon: IconArrowDown, unavailable: moveReason, run: () => acts.onMove(unit.name, 1) },
    {
      id: 'unpin',
      label: TEXT.unpin,
      icon: IconPinnedOff,
      unavailable: unit.pinned ? null : TEXT.alwaysListed,
      run: () => acts.onUnpin(unit.name),
    },
  ];
}
