import { Button, CopyButton, Group } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { SetupRun } from '../../../shared/capabilities/setup/contract.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { attempt } from '../../stores/notices.ts';
import { useSetupActions } from '../../stores/setup.ts';
import { SaveButton } from './save-button.tsx';
import { TEXT } from './text.ts';

/** Cancel while it runs, Resume where it stopped, and its report once it has ended. */
export function RunButtons({ run, isOnline }: { readonly run: SetupRun; readonly isOnline: boolean }) {
  const host = useHostBridge();
  const { resume } = useSetupActions();
  const { state } = run;
  const isStopped = state === 'interrupted' || state === 'failed' || state === 'cancelled';
  return (
    <Group gap="xs">
      {state === 'running' || state === 'cancelling' ? (
        <Button size="sm" disabled={state === 'cancelling'} onClick={() => attempt(() => host.setup.cancel())}>
          {TEXT.cancelRun}
        </Button>
      ) : null}
      {run.endedAt === null ? null : <ReportButtons runId={run.id} endedAt={run.endedAt} />}
      {state === 'running' || state === 'cancelling' || state === 'interrupted' ? null : (
        <Button size="sm" variant="subtle" color="gray" onClick={() => attempt(() => host.setup.dismiss())}>
          {TEXT.dismiss}
        </Button>
      )}
      {isStopped ? (
        <Button size="sm" variant="filled" disabled={!isOnline} onClick={() => resume({ takeOver: false })}>
          {TEXT.resume}
        </Button>
      ) : null}
    </Group>
  );
}

/** The report of an ended run, to a file and to the clipboard. */
function ReportButtons({ runId, endedAt }: { readonly runId: string; readonly endedAt: number }) {
  const host = useHostBridge();
  const [report, setReport] = useState<string | null>(null);
  // Read before the click, since the clipboard can be written only while it is handled.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a resumed run has another report
  useEffect(() => {
    let isOver = false;
    host.setup.report().then(
      (text) => {
        if (!isOver) setReport(text);
      },
      () => {},
    );
    return () => {
      isOver = true;
    };
  }, [host, runId, endedAt]);
  return (
    <>
      <SaveButton label={TEXT.saveReport} save={() => host.setup.saveReport()} />
      <CopyButton value={report ?? ''}>
        {({ copied, copy }) => (
          <Button size="sm" disabled={report === null} onClick={copy}>
            {copied ? TEXT.copied : TEXT.copyReport}
          </Button>
        )}
      </CopyButton>
    </>
  );
}
