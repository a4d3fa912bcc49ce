import { IconPlayerPlay, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { useCallback, useMemo } from 'react';
import type { ServiceUnit, Verb } from '../../../shared/contract/services.ts';
import { useConnectionState, useSelectedHost } from '../../stores/hosts.ts';
import { useServicesState } from '../../stores/services.ts';
import { VerbDialog } from '../services/verb-dialog.tsx';
import { isDestructive, offers, shortName } from '../services/words.ts';
import { askVerb, useAsked } from './ask-verb.ts';
import { type Command, useCommands } from './commands.ts';

const OFFERED: readonly { readonly verb: Verb; readonly word: string; readonly icon: NonNullable<Command['icon']> }[] = [
  { verb: 'start', word: 'Start', icon: IconPlayerPlay },
  { verb: 'stop', word: 'Stop', icon: IconPlayerStop },
  { verb: 'restart', word: 'Restart', icon: IconRefresh },
];

function serviceCommands(units: readonly ServiceUnit[], hostLabel: string): readonly Command[] {
  return units.flatMap((unit) =>
    OFFERED.filter(({ verb }) => offers(unit, verb)).map(({ verb, word, icon }) => ({
      id: `${verb}-${unit.name}`,
      group: `Services on ${hostLabel}`,
      title: `${word} ${shortName(unit.name)}${isDestructive(verb) ? '…' : ''}`,
      words: [unit.description, 'systemctl'],
      icon,
      run: () => askVerb(unit.name, verb),
    })),
  );
}

/** The dialog behind {@link askVerb}, and the palette's entries for every unit. */
export function AskedVerbDialog() {
  const asked = useAsked((store) => store.asked);
  const hostLabel = useSelectedHost()?.label ?? 'the host';
  const isOnline = useConnectionState().kind === 'online';
  const { units } = useServicesState();
  const close = useCallback(() => useAsked.setState({ asked: null }), []);
  useCommands(
    'services',
    useMemo(() => (isOnline ? serviceCommands(units, hostLabel) : []), [isOnline, units, hostLabel]),
  );
  return <VerbDialog asked={asked} hostLabel={hostLabel} onClose={close} />;
}
