import { IconClock, IconCopy, IconDownload, IconFilter, IconPlayerPause, IconPlayerPlay, IconSearch } from '@tabler/icons-react';
import { useMemo } from 'react';
import { type Command, inGroup } from '../../commands/commands.ts';
import { useNoHostReason, useOfflineReason } from '../../stores/hosts.ts';
import { setPage } from '../../stores/view.ts';

/** Commands of the Logs page. */
export function useLogCommands(): readonly Command[] {
  const offline = useOfflineReason();
  const noHost = useNoHostReason();
  return useMemo(
    () =>
      inGroup('Logs', [
        {
          id: 'logs-search',
          title: 'Search logs',
          words: 'find grep journal text filter',
          icon: IconSearch,
          unavailable: noHost,
          run: () => setPage('logs', { intent: 'search' }),
        },
        {
          id: 'logs-pause',
          title: 'Pause logs',
          words: 'stop hold freeze journal stream scrolling',
          icon: IconPlayerPause,
          unavailable: noHost,
          run: () => setPage('logs', { intent: 'pause' }),
        },
        {
          id: 'logs-live',
          title: 'Resume logs',
          words: 'live tail follow newest journal stream continue unpause',
          icon: IconPlayerPlay,
          unavailable: noHost,
          run: () => setPage('logs', { intent: 'live' }),
        },
        {
          id: 'logs-time',
          title: 'Jump to a time in the logs…',
          words: 'date moment range yesterday past since journal',
          icon: IconClock,
          unavailable: offline,
          run: () => setPage('logs', { intent: 'time' }),
        },
        {
          id: 'logs-units',
          title: 'Choose services to follow…',
          words: 'units journal select logs',
          icon: IconFilter,
          unavailable: noHost,
          run: () => setPage('logs', { intent: 'units' }),
        },
        {
          id: 'logs-export-text',
          title: 'Export logs as text…',
          words: 'save download file journal',
          icon: IconDownload,
          unavailable: offline,
          run: () => setPage('logs', { intent: 'export-text' }),
        },
        {
          id: 'logs-export-json',
          title: 'Export logs as JSON lines…',
          words: 'save download file journal jsonl',
          icon: IconDownload,
          unavailable: offline,
          run: () => setPage('logs', { intent: 'export-json' }),
        },
        {
          id: 'logs-copy',
          title: 'Copy visible log lines',
          words: 'clipboard journal',
          icon: IconCopy,
          unavailable: noHost,
          run: () => setPage('logs', { intent: 'copy' }),
        },
      ]),
    [offline, noHost],
  );
}
