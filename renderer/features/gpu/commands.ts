import { IconCpu, IconDownload, IconFlame, IconRefresh } from '@tabler/icons-react';
import { useMemo } from 'react';
import { bridgeOf } from '../../bridge.ts';
import { type Command, inGroup } from '../../commands/commands.ts';
import { useHostId } from '../../stores/host-context.tsx';
import { useNoHostReason, useOfflineReason } from '../../stores/hosts.ts';
import { attempt } from '../../stores/notices.ts';
import { setPage } from '../../stores/view.ts';

/** Commands of the GPU page. */
export function useGpuCommands(): readonly Command[] {
  const hostId = useHostId();
  const offline = useOfflineReason();
  const noHost = useNoHostReason();
  return useMemo(
    () =>
      inGroup('GPU', [
        {
          id: 'gpu-refresh',
          title: 'Refresh GPU metrics',
          words: 'retry reload nvidia-smi read again update',
          icon: IconRefresh,
          unavailable: offline,
          run: () => {
            setPage('gpu');
            if (hostId !== null) attempt(() => bridgeOf(hostId).gpu.retry());
          },
        },
        {
          id: 'gpu-export',
          title: 'Export GPU metrics as CSV…',
          words: 'save download data history vram file spreadsheet',
          icon: IconDownload,
          unavailable: noHost,
          run: () => setPage('gpu', { intent: 'export' }),
        },
        {
          id: 'gpu-processes',
          title: 'VRAM by process',
          words: 'memory pid who holds uses programs nvidia-smi',
          icon: IconCpu,
          unavailable: noHost,
          run: () => setPage('gpu', { section: 'gpu-processes' }),
        },
        {
          id: 'gpu-errors',
          title: 'GPU health and Xid errors',
          words: 'temperature heat throttling ecc kernel fan power crash',
          icon: IconFlame,
          unavailable: noHost,
          run: () => setPage('gpu', { section: 'gpu-errors' }),
        },
      ]),
    [hostId, offline, noHost],
  );
}
