import { IconClipboardCheck, IconDownload, IconFileReport, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useMemo } from 'react';
import { CHECK_EXPORTS, CHECK_GROUPS } from '../../../shared/capabilities/checks/contract.ts';
import { type Command, inGroup } from '../../commands/commands.ts';
import { useChecksChange, useChecksState } from '../../stores/checks.ts';
import { useHostProfile, useOfflineReason } from '../../stores/hosts.ts';
import { setPage } from '../../stores/view.ts';
import { TEXT as REPORT_TEXT } from '../report/text.ts';
import { describeExportAs, describeRunGroup, describeShowCheck, TEXT } from './text.ts';

/** Commands of the Checks page, of each group and of each check. */
export function useCheckCommands(): readonly Command[] {
  const hostLabel = useHostProfile()?.label ?? 'the host';
  const offline = useOfflineReason();
  const { checks, results, run } = useChecksState();
  const change = useChecksChange();
  const isRunning = run !== null;
  const hasResults = results.length > 0;
  return useMemo(() => {
    const off = offline ?? (isRunning ? TEXT.alreadyRunning : null);
    return inGroup(`Checks of ${hostLabel}`, [
      {
        id: 'checks-run',
        title: TEXT.runReads,
        words: 'test verify health validate host gpu gateway diagnose',
        icon: IconPlayerPlay,
        unavailable: off,
        run: () => {
          setPage('checks');
          change.attempt((host) => host.checks.run({ ids: [] }));
        },
      },
      {
        id: 'checks-run-all',
        title: TEXT.runAllCommand,
        words: 'test verify end to end image overload',
        icon: IconPlayerPlay,
        unavailable: off,
        run: () => setPage('checks', { intent: 'run-all' }),
      },
      {
        id: 'checks-cancel',
        title: TEXT.cancelCommand,
        words: 'stop abort run',
        icon: IconPlayerStop,
        unavailable: isRunning ? null : TEXT.notRunning,
        run: () => change.attempt((host) => host.checks.cancel()),
      },
      {
        id: 'checks-schedule',
        title: TEXT.scheduleCommand,
        words: 'every hours automatic periodic timer',
        icon: IconClipboardCheck,
        unavailable: offline === null || hasResults ? null : offline,
        run: () => setPage('checks', { intent: 'schedule' }),
      },
      {
        id: 'report-make',
        title: REPORT_TEXT.command,
        words: 'report document monitor 24 48 hours configuration production pdf html markdown print',
        icon: IconFileReport,
        run: () => setPage('checks', { intent: 'report' }),
      },
      ...CHECK_EXPORTS.map((format) => ({
        id: `checks-export-${format}`,
        title: describeExportAs(format),
        words: 'save report file results download',
        icon: IconDownload,
        unavailable: hasResults ? null : TEXT.notChecked,
        run: () => setPage('checks', { intent: 'export', subject: format }),
      })),
      ...CHECK_GROUPS.map((group) => ({
        id: `checks-run-${group}`,
        title: describeRunGroup(group),
        words: 'test verify group',
        icon: IconPlayerPlay,
        unavailable: off,
        run: () => setPage('checks', { intent: 'run-group', subject: group }),
      })),
      ...checks.map(({ id, title }) => ({
        id: `checks-show-${id}`,
        title: describeShowCheck(title),
        words: `${id} result evidence remedy`,
        icon: IconClipboardCheck,
        isResult: true,
        run: () => setPage('checks', { intent: 'show', subject: id }),
      })),
    ]);
  }, [hostLabel, offline, checks, hasResults, isRunning, change]);
}
