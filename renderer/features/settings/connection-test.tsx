import { Button, Group, Loader, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { HostProfile } from '../../../shared/capabilities/hosts/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { bridge } from '../../bridge.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { TEST_VERDICTS, TEXT, testing, testTitle } from './text.ts';

/** Tests each step of reaching a host over a separate connection, and changes nothing there. */
export function ConnectionTest({ profile, onClose }: { readonly profile: HostProfile; readonly onClose: () => void }) {
  useReturnFocus();
  const test = useQuery({ queryKey: ['hosts.test', profile.id], queryFn: () => bridge.hosts.test({ profile }), gcTime: 0, staleTime: 0 });
  const failed = test.data?.find((step) => step.error !== undefined)?.error;
  return (
    <Modal opened onClose={onClose} title={testTitle(profile.label)} size="lg">
      {test.isFetching ? (
        <Group gap="sm" role="status">
          <Loader size="xs" /> {testing(profile.hostName)}
        </Group>
      ) : test.error !== null ? (
        <ErrorNotice error={toPanelError(test.error)} />
      ) : (
        <ul className="ada-steps">
          {(test.data ?? []).map((step) => (
            <li key={step.name}>
              <b>{step.name}</b>
              <StatusWord {...TEST_VERDICTS[step.verdict]} />
              <span>{step.message}</span>
            </li>
          ))}
        </ul>
      )}
      {failed === undefined || test.isFetching ? null : (
        <div className="ada-below">
          <ErrorNotice error={failed} />
        </div>
      )}
      <Group justify="flex-end" mt="md">
        <Button size="sm" onClick={() => void test.refetch()} disabled={test.isFetching}>
          {TEXT.testAgain}
        </Button>
        <Button size="sm" onClick={onClose}>
          {TEXT.close}
        </Button>
      </Group>
    </Modal>
  );
}
