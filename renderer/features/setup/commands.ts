import { IconChecklist, IconPlayerPlay, IconRefresh } from '@tabler/icons-react';
import { useMemo } from 'react';
import { type Command, inGroup } from '../../commands/commands.ts';
import { useHostProfile, useOfflineReason } from '../../stores/hosts.ts';
import { useSetupActions, useSetupState } from '../../stores/setup.ts';
import { setPage } from '../../stores/view.ts';

/** Commands of the Setup page, and of each recipe on it. */
export function useSetupCommands(): readonly Command[] {
  const hostLabel = useHostProfile()?.label ?? 'the host';
  const offline = useOfflineReason();
  const { recipes, run } = useSetupState();
  const { refresh, resume } = useSetupActions();
  const isResumable = run !== null && ['interrupted', 'failed', 'cancelled'].includes(run.state);
  return useMemo(
    () =>
      inGroup(`Setup of ${hostLabel}`, [
        {
          id: 'setup-host',
          title: 'Set up this host…',
          words: 'install invokeai nginx shim bare first provision recipes plan',
          icon: IconChecklist,
          unavailable: offline,
          run: () => setPage('setup', { intent: 'plan' }),
        },
        {
          id: 'setup-refresh',
          title: 'Refresh recipes',
          words: 'setup read again check drift state',
          icon: IconRefresh,
          unavailable: offline,
          run: () => {
            setPage('setup');
            void refresh();
          },
        },
        {
          id: 'setup-resume',
          title: 'Resume setup',
          words: 'continue interrupted failed cancelled run recipe',
          icon: IconPlayerPlay,
          unavailable: offline ?? (isResumable ? null : 'No setup to resume'),
          run: () => {
            setPage('setup');
            resume({ takeOver: false });
          },
        },
        ...recipes.map(({ id, title, summary }) => ({
          id: `setup-plan-${id}`,
          title: `Plan ${title}…`,
          words: `setup recipe install ${summary}`,
          icon: IconChecklist,
          isResult: true,
          unavailable: offline,
          run: () => setPage('setup', { intent: 'plan', subject: id }),
        })),
      ]),
    [hostLabel, offline, recipes, isResumable, refresh, resume],
  );
}
