import { IconZoomQuestion } from '@tabler/icons-react';
import { useMemo } from 'react';
import { SYMPTOM_IDS, SYMPTOMS } from '../../../shared/capabilities/troubleshooting/symptoms.ts';
import { type Command, inGroup } from '../../commands/commands.ts';
import { useHostId } from '../../stores/host-context.tsx';
import { useOfflineReason } from '../../stores/hosts.ts';
import { askWhy } from '../../stores/troubleshooting.ts';
import { TEXT, titleOf } from './text.ts';

/** One entry for each symptom. */
export function useTroubleshootingCommands(): readonly Command[] {
  const hostId = useHostId();
  const offline = useOfflineReason();
  return useMemo(
    () =>
      inGroup(
        TEXT.group,
        SYMPTOM_IDS.map((symptom) => ({
          id: `why-${symptom}`,
          title: titleOf(symptom),
          words: `troubleshoot diagnose cause reason problem ${SYMPTOMS[symptom].words}`,
          icon: IconZoomQuestion,
          unavailable: offline,
          run: () => {
            if (hostId !== null) askWhy({ hostId, symptom });
          },
        })),
      ),
    [hostId, offline],
  );
}
