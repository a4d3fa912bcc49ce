import {
  IconFileText,
  IconInfoCircle,
  IconPin,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
  IconShieldLock,
  type TablerIcon,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import type { ServiceUnit, Verb } from '../../../shared/capabilities/services/contract.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { type Command, inGroup } from '../../commands/commands.ts';
import { useHostProfile, useOfflineReason } from '../../stores/hosts.ts';
import { useServiceActions, useServicesState } from '../../stores/services.ts';
import { setPage } from '../../stores/view.ts';
import { useReviewSudoRule } from './review-sudo-rule.ts';
import { isConfirmed, notOffered } from './verbs.ts';

const OFFERED: readonly { readonly verb: Verb; readonly word: string; readonly words: string; readonly icon: TablerIcon }[] = [
  { verb: 'start', word: 'Start', words: 'run launch up', icon: IconPlayerPlay },
  { verb: 'stop', word: 'Stop', words: 'kill halt end shut down quit', icon: IconPlayerStop },
  { verb: 'restart', word: 'Restart', words: 'reboot again bounce reload', icon: IconRefresh },
];

type Act = ReturnType<typeof useServiceActions>['act'];

function unitCommands(unit: ServiceUnit, offline: string | null, act: Act): readonly Omit<Command, 'group'>[] {
  const name = shortUnitName(unit.name);
  const about = `${unit.name} ${unit.description} service unit`;
  const verbs = OFFERED.map(({ verb, word, words, icon }) => {
    const unavailable = offline ?? notOffered(unit, verb);
    return {
      id: `${verb}-${unit.name}`,
      title: `${word} ${name}${isConfirmed(verb) ? '…' : ''}`,
      words: `${about} systemctl ${words}`,
      icon,
      unavailable,
      isResult: unavailable !== null,
      run: () => {
        setPage('services');
        void act(unit.name, verb);
      },
    };
  });
  return [
    ...verbs,
    {
      id: `logs-${unit.name}`,
      title: `Logs of ${name}`,
      words: `${about} journal journalctl output tail`,
      icon: IconFileText,
      isResult: true,
      run: () => setPage('logs', { unit: unit.name }),
    },
    {
      id: `details-${unit.name}`,
      title: `Details of ${name}`,
      words: `${about} status memory pid boot enable disable state`,
      icon: IconInfoCircle,
      isResult: true,
      run: () => setPage('services', { unit: unit.name }),
    },
  ];
}

/** Commands of the Services page, and of each unit on it. */
export function useServicesCommands(): readonly Command[] {
  const hostLabel = useHostProfile()?.label ?? 'the host';
  const { act, refresh } = useServiceActions();
  const offline = useOfflineReason();
  const { units } = useServicesState();
  const reviewSudoRule = useReviewSudoRule();
  return useMemo(
    () =>
      inGroup(`Services on ${hostLabel}`, [
        {
          id: 'services-refresh',
          title: 'Refresh services',
          words: 'retry reload systemctl units read again update status',
          icon: IconRefresh,
          unavailable: offline,
          run: () => {
            setPage('services');
            void refresh();
          },
        },
        {
          id: 'services-pin',
          title: 'Pin services…',
          words: 'choose add unpin remove units list favourite systemd discover',
          icon: IconPin,
          unavailable: offline,
          run: () => setPage('services', { intent: 'pin' }),
        },
        {
          id: 'services-sudo',
          title: 'Review sudo rule…',
          words: 'sudoers permission password root access install',
          icon: IconShieldLock,
          unavailable: offline,
          run: reviewSudoRule,
        },
        ...units.flatMap((unit) => unitCommands(unit, offline, act)),
      ]),
    [offline, units, hostLabel, act, refresh, reviewSudoRule],
  );
}
