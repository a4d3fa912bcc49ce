import { Button } from '@mantine/core';
import type { SetupRun } from '../../../shared/capabilities/setup/contract.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { describeProgress, describeRunState, describeRunTitle, TEXT } from './text.ts';

/** One line about the run while a plan covers it. */
export function RunBanner({ run, onShow }: { readonly run: SetupRun; readonly onShow: () => void }) {
  return (
    <div className="ada-card setup-banner" role="status">
      <span>{describeRunTitle(run)}</span>
      <StatusWord {...describeRunState(run)} />
      <span className="setup-quiet ada-number">{describeProgress(run.steps)}</span>
      <Button onClick={onShow}>{TEXT.showRun}</Button>
    </div>
  );
}
