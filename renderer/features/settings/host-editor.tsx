import { Button, Checkbox, Group, Modal, NumberInput, Stack, TagsInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { HostProfile } from '../../../shared/capabilities/hosts/contract.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { bridge } from '../../bridge.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { fieldProblems } from '../../ui/field-problem.ts';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { configTakesPrecedence, editHost, HOST_FIELD_PROBLEMS, TEXT } from './text.ts';

/** Edits how a host is reached. Saving reconnects a host that is open. */
export function HostEditor({ profile, onClose }: { readonly profile: HostProfile; readonly onClose: () => void }) {
  useReturnFocus();
  const [draft, setDraft] = useState(profile);
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({});
  const [error, setError] = useState<PanelError | null>(null);
  const change = (part: Partial<HostProfile>): void => setDraft({ ...draft, ...part });

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const parsed = HostProfile.safeParse(draft);
    setWrong(fieldProblems(HostProfile, draft, HOST_FIELD_PROBLEMS));
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
    <Modal opened onClose={onClose} title={editHost(profile.label)} size="lg">
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <TextInput
            label={TEXT.hostLabel}
            value={draft.label}
            error={wrong['label']}
            onChange={(event) => change({ label: event.currentTarget.value })}
            data-autofocus
          />
          <Group grow align="flex-start">
            <TextInput
              label={TEXT.hostName}
              value={draft.hostName}
              error={wrong['hostName']}
              spellCheck={false}
              onChange={(event) => change({ hostName: event.currentTarget.value.trim() })}
            />
            <NumberInput
              label={TEXT.port}
              value={draft.port}
              min={1}
              max={65_535}
              hideControls
              allowDecimal={false}
              error={wrong['port']}
              onChange={(value) => change({ port: Number(value) })}
            />
            <TextInput
              label={TEXT.user}
              value={draft.user}
              error={wrong['user']}
              spellCheck={false}
              onChange={(event) => change({ user: event.currentTarget.value.trim() })}
            />
          </Group>
          <TagsInput
            label={TEXT.keyFiles}
            description={TEXT.keyFilesHint}
            value={[...draft.identityFiles]}
            error={wrong['identityFiles']}
            maxTags={10}
            onChange={(identityFiles) => change({ identityFiles })}
          />
          <TextInput
            label={TEXT.proxyJump}
            description={TEXT.proxyJumpHint}
            value={draft.proxyJump ?? ''}
            error={wrong['proxyJump']}
            spellCheck={false}
            onChange={(event) => setJump(event.currentTarget.value)}
          />
          <Checkbox
            label={TEXT.useAgent}
            checked={draft.useAgent}
            onChange={(event) => change({ useAgent: event.currentTarget.checked })}
          />
          {draft.sshConfigAlias === undefined ? null : <p className="ada-quiet">{configTakesPrecedence(draft.sshConfigAlias)}</p>}
          {error === null ? null : <ErrorNotice error={error} />}
          <Group justify="flex-end">
            <Button size="sm" onClick={onClose}>
              {TEXT.cancel}
            </Button>
            <Button size="sm" type="submit" variant="filled">
              {TEXT.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
