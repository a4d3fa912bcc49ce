import { Button, Group, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { parseDestination, profileOfDestination } from '../../../shared/ssh-destination.ts';
import { useHostsState } from '../../stores/hosts.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { addAndConnect } from './host-actions.ts';
import { TEXT } from './text.ts';

/** The SSH address of a new host and the button that connects to it. */
export function AddHostField({ onAdded }: { readonly onAdded?: () => void }) {
  const { hosts } = useHostsState();
  const [typed, setTyped] = useState('');
  const [isTried, setTried] = useState(false);
  const [error, setError] = useState<PanelError | null>(null);
  const destination = parseDestination(typed);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (destination === null) return;
    try {
      await addAndConnect(
        profileOfDestination(
          destination,
          hosts.map((host) => host.id),
        ),
      );
      setTyped('');
      setTried(false);
      setError(null);
      onAdded?.();
    } catch (thrown) {
      setError(toPanelError(thrown));
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Group align="flex-start" gap="xs" wrap="nowrap">
        <TextInput
          className="ada-grow"
          aria-label={TEXT.addressLabel}
          placeholder={TEXT.addressPlaceholder}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={isTried && destination === null ? TEXT.addressInvalid : undefined}
          spellCheck={false}
          data-autofocus
        />
        <Button type="submit" size="sm" variant="filled">
          {TEXT.connect}
        </Button>
      </Group>
      {error === null ? null : <ErrorNotice error={error} />}
    </form>
  );
}
