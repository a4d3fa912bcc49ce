import { Button, CopyButton, Group } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { SetupRun } from '../../../shared/capabilities/setup/contract.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { addErrorNotice, addNotice, attempt } from '../../stores/notices.ts';
import { useSetupActions } from '../../stores/setup.ts';
import { describeSaved, TEXT } from './text.ts';

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
  const [isSaving, setSaving] = useState(false);
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
  const save = async (): Promise<void> => {
    setSaving(true);
    try {
      const { savedTo } = await host.setup.saveReport();
      if (savedTo !== null) addNotice('good', describeSaved(savedTo));
    } catch (thrown) {
      addErrorNotice(thrown);
    } finally {
      setSaving(false);
    }
  };
  return (
    <>
      <Button size="sm" leftSection={<IconDownload size={15} aria-hidden />} loading={isSaving} onClick={() => void save()}>
        {TEXT.saveReport}
      </Button>
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
