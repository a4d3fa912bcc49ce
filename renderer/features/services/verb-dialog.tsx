import { Button, Group, List, Loader, Modal, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Consequences, Verb } from '../../../shared/contract/services.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { bridge } from '../../bridge.ts';
import { act } from '../../stores/services.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { shortName, VERB_WORDS } from './words.ts';

export interface AskedVerb {
  readonly unit: string;
  readonly verb: Verb;
}

export interface VerbDialogProps {
  readonly asked: AskedVerb | null;
  readonly hostLabel: string;
  readonly onClose: () => void;
}

type Known =
  | { readonly kind: 'asking' }
  | { readonly kind: 'known'; readonly is: Consequences }
  | { readonly kind: 'failed'; readonly error: PanelError };

/** Says what a verb would do beyond the unit itself, and on which host, before it is done. */
export function VerbDialog({ asked, hostLabel, onClose }: VerbDialogProps) {
  const [known, setKnown] = useState<Known>({ kind: 'asking' });

  useEffect(() => {
    if (asked === null) return;
    let isOver = false;
    setKnown({ kind: 'asking' });
    bridge.services.consequences(asked).then(
      (is) => {
        if (isOver) return;
        if (is.needsConfirmation) {
          setKnown({ kind: 'known', is });
          return;
        }
        onClose();
        void act(asked.unit, asked.verb);
      },
      (thrown: unknown) => {
        if (!isOver) setKnown({ kind: 'failed', error: toPanelError(thrown) });
      },
    );
    return () => {
      isOver = true;
    };
  }, [asked, onClose]);

  if (asked === null) return null;
  const words = VERB_WORDS[asked.verb];
  const host = known.kind === 'known' ? known.is.hostLabel : hostLabel;
  const confirm = () => {
    onClose();
    void act(asked.unit, asked.verb);
  };
  return (
    <Modal opened onClose={onClose} title={`${words.label}: ${shortName(asked.unit)} on ${host}`} size="md">
      <Stack gap="md">
        {known.kind === 'asking' ? (
          <Group gap="xs">
            <Loader size="xs" />
            <Text size="sm">Asking {host} what depends on it…</Text>
          </Group>
        ) : null}
        {known.kind === 'failed' ? (
          <ErrorNotice error={known.error} tone="warning">
            <Text size="xs">What this would stop besides is not known.</Text>
          </ErrorNotice>
        ) : null}
        {known.kind === 'known' && known.is.sentences.length > 0 ? (
          <List size="sm" spacing={6}>
            {known.is.sentences.map((sentence) => (
              <List.Item key={sentence}>{sentence}</List.Item>
            ))}
          </List>
        ) : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" size="sm" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button variant="filled" size="sm" color="red.8" disabled={known.kind === 'asking'} onClick={confirm}>
            {words.label} {asked.verb === 'disable' ? '' : shortName(asked.unit)}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
