import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { toPanelError } from '../../../shared/errors.ts';
import { bridge } from '../../bridge.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { TEXT } from './text.ts';

/** The licences of all packages that the panel contains. */
export function NoticesDialog({ onClose }: { readonly onClose: () => void }) {
  useReturnFocus();
  const notices = useQuery({ queryKey: ['app.thirdPartyNotices'], queryFn: () => bridge.app.thirdPartyNotices() });
  return (
    <Modal opened onClose={onClose} title={TEXT.thirdPartyNotices} size="xl">
      {notices.error === null ? null : <ErrorNotice error={toPanelError(notices.error)} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling text must be reachable by keyboard */}
      <pre className="ada-mono ada-notices-text" tabIndex={0}>
        {notices.data ?? ''}
      </pre>
    </Modal>
  );
}
