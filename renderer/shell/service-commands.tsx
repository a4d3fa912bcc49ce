import { IconPlayerPlay, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { ServiceUnit, Verb } from '../../shared/capabilities/services/contract.ts';
import { shortUnitName } from '../../shared/unit-names.ts';
import { type Command, useCommands } from '../commands/commands.ts';
import { isConfirmed, offers } from '../features/services/verbs.ts';
import { useConnectionState, useHostProfile } from '../stores/hosts.ts';
import { useServiceActions, useServicesState } from '../stores/services.ts';

const OFFERED: readonly { readonly verb: Verb; readonly word: string; readonly icon: NonNullable<Command['icon']> }[] = [
  { verb: 'start', word: 'Start', icon: IconPlayerPlay },
  { verb: 'stop', word: 'Stop', icon: IconPlayerStop },
  { verb: 'restart', word: 'Restart', icon: IconRefresh },
];

function serviceCommands(
  units: readonly ServiceUnit[],
  hostLabel: string,
  act: ReturnType<typeof useServiceActions>['act'],
): readonly Command[] {
  return units.flatMap((unit) =>
    OFFERED.filter(({ verb }) => offers(unit, verb)).map(({ verb, word, icon }) => ({
      id: `${verb}-${unit.name}`,
      group: `Services on ${hostLabel}`,
      title: `${word} ${shortUnitName(unit.name)}${isConfirmed(verb) ? '…' : ''}`,
      words: [unit.description, 'systemctl'],
      icon,
      run: () => void act(unit.name, verb),
    })),
  );
}

/** Registers the commands for the selected host's units. */
export function ServiceCommands() {
  const hostLabel = useHostProfile()?.label ?? 'the host';
  const { act } = useServiceActions();
  const isOnline = useConnectionState().kind === 'online';
  const { units } = useServicesState();
  useCommands(
    'services',
    useMemo(() => (isOnline ? serviceCommands(units, hostLabel, act) : []), [isOnline, units, hostLabel, act]),
  );
  return null;
}
