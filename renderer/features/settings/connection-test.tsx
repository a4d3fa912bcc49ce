import { Button, Group, Loader, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { HostProfile, TestStep } from '../../../shared/capabilities/hosts/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { bridge } from '../../bridge.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import type { Tone } from '../../ui/tone.tsx';
import { useReturnFocus } from '../../ui/use-return-focus.ts';

const VERDICTS: Readonly<Record<TestStep['verdict'], { readonly tone: Tone; readonly word: string }>> = {
  ok: { tone: 'good', word: 'works' },
  warning: { tone: 'warning', word: 'limited' },
  failed: { tone: 'bad', word: 'fails' },
  unknown: { tone: 'unknown', word: 'not known' },
};

/** Tries every link to a host on a connection of its own and says how each one is. Changes nothing there. */
export function ConnectionTest({ profile, onClose }: { readonly profile: HostProfile; readonly onClose: () => void }) {
  useReturnFocus();
  const test = useQuery({ queryKey: ['hosts.test', profile.id], queryFn: () => bridge.hosts.test({ profile }), gcTime: 0, staleTime: 0 });
  const failed = test.data?.find((step) => step.error !== undefined)?.error;
  return (
    <Modal opened onClose={onClose} title={`Test of ${profile.label}`} size="lg">
      {test.isFetching ? (
        <Group gap="sm" role="status">
          <Loader size="xs" /> Trying each link to {profile.hostName}…
        </Group>
      ) : test.error !== null ? (
        <ErrorNotice error={toPanelError(test.error)} />
      ) : (
        <ul className="ada-steps">
          {(test.data ?? []).map((step) => (
            <li key={step.name}>
              <b>{step.name}</b>
              <StatusWord {...VERDICTS[step.verdict]} />
              <span>{step.said}</span>
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
          Test again
        </Button>
        <Button size="sm" onClick={onClose}>
          Close
        </Button>
      </Group>
    </Modal>
  );
}
