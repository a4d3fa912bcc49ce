import { IconChecklist, IconCopy, IconPlayerPlay } from '@tabler/icons-react';
import type { CheckInfo } from '../../../shared/capabilities/checks/contract.ts';
import { copyText } from '../../stores/copy-text.ts';
import { setPage } from '../../stores/view.ts';
import type { MenuEntry } from '../../ui/context-menu.ts';
import type { CheckRow } from './rows.ts';
import { TEXT } from './text.ts';

/** What can be done with a check: run it, follow its remedy, copy what it read. */
export function checkMenu(
  { info, result }: CheckRow,
  canRun: boolean,
  onRun: (checks: readonly CheckInfo[]) => void,
): readonly MenuEntry[] {
  const recipe = result?.remedy?.recipe ?? null;
  const evidence = result?.evidence ?? [];
  return [
    {
      id: 'run',
      label: `${result === null ? TEXT.run : TEXT.runAgain}${info.cost === 'reads' ? '' : '…'}`,
      icon: IconPlayerPlay,
      unavailable: canRun ? null : TEXT.cannotRun,
      run: () => onRun([info]),
    },
    ...(recipe === null
      ? []
      : [
          {
            id: 'plan',
            label: TEXT.planRecipe,
            icon: IconChecklist,
            run: () => setPage('setup', { intent: 'plan', subject: recipe }),
          },
        ]),
    {
      id: 'copy-evidence',
      label: TEXT.copyEvidence,
      icon: IconCopy,
      unavailable: evidence.length === 0 ? TEXT.noEvidence : null,
      run: () => copyText(evidence.join('\n')),
    },
    { id: 'copy-id', label: TEXT.copyId, icon: IconCopy, run: () => copyText(info.id) },
  ];
}
