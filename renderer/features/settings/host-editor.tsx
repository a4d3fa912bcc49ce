import { Button, Checkbox, Group, Modal, NumberInput, Stack, TagsInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { HostProfile } from '../../../shared/capabilities/hosts/contract.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { bridge } from '../../bridge.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { fieldProblems } from '../../ui/field-problem.ts';
import { useReturnFocus } from '../../ui/use-return-focus.ts';

const SHAPES: Readonly<Record<string, string>> = {
  label: 'Give it a name of 1 to 60 characters.',
  hostName: 'A host name or an address, without spaces.',
  port: 'A port from 1 to 65535.',
  user: 'The name of the user to sign in as.',
  identityFiles: 'At most 10 key files.',
};

/** Changes how a host is reached. Saving reconnects when it is the one shown. */
export function HostEditor({ profile, onClose }: { readonly profile: HostProfile; readonly onClose: () => void }) {
  useReturnFocus();
  const [draft, setDraft] = useState(profile);
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({});
  const [error, setError] = useState<PanelError | null>(null);
  const change = (part: Partial<HostProfile>): void => setDraft({ ...draft, ...part });

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const parsed = HostProfile.safeParse(draft);
    setWrong(fieldProblems(HostProfile, draft, SHAPES));
    if (!parsed.success) return;
    try {
      await bridge.hosts.save({ profile: parsed.data });
      onClose();
    } catch (thrown) {
      setError(toPanelError(thrown));
    }
  };
  const setJump = (typed: string): void => {
    const { proxyJump: _old, ...rest } = draft;
    setDraft(typed.trim() === '' ? rest : { ...rest, proxyJump: typed });
  };

  return (
    <Modal opened onClose={onClose} title={`Edit ${profile.label}`} size="lg">
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <TextInput
            label="Name in Ada Panel"
            value={draft.label}
            error={wrong['label']}
            onChange={(event) => change({ label: event.currentTarget.value })}
            data-autofocus
          />
          <Group grow align="flex-start">
            <TextInput
              label="Host name or address"
              value={draft.hostName}
              error={wrong['hostName']}
              spellCheck={false}
              onChange={(event) => change({ hostName: event.currentTarget.value.trim() })}
            />
            <NumberInput
              label="Port"
              value={draft.port}
              min={1}
              max={65_535}
              hideControls
              allowDecimal={false}
              error={wrong['port']}
              onChange={(value) => change({ port: Number(value) })}
            />
            <TextInput
              label="User"
              value={draft.user}
              error={wrong['user']}
              spellCheck={false}
              onChange={(event) => change({ user: event.currentTarget.value.trim() })}
            />
          </Group>
          <TagsInput
            label="Key files"
            description="Empty: those of ~/.ssh/config and the usual ones in ~/.ssh. Enter adds one."
            value={[...draft.identityFiles]}
            error={wrong['identityFiles']}
            maxTags={10}
            onChange={(identityFiles) => change({ identityFiles })}
          />
          <TextInput
            label="Through (ProxyJump)"
            description="Empty, or user@host:port, several with commas."
            value={draft.proxyJump ?? ''}
            error={wrong['proxyJump']}
            spellCheck={false}
            onChange={(event) => setJump(event.currentTarget.value)}
          />
          <Checkbox
            label="Use the keys of the SSH agent"
            checked={draft.useAgent}
            onChange={(event) => change({ useAgent: event.currentTarget.checked })}
          />
          {draft.sshConfigAlias === undefined ? null : (
            <p className="ada-quiet">
              “{draft.sshConfigAlias}” in ~/.ssh/config is read again at every connection; what is set there counts.
            </p>
          )}
          {error === null ? null : <ErrorNotice error={error} />}
          <Group justify="flex-end">
            <Button size="sm" onClick={onClose}>
              Cancel
            </Button>
            <Button size="sm" type="submit" variant="filled">
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
