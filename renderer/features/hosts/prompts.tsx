import { Button, Checkbox, Group, Modal, PasswordInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Prompt, PromptAnswer } from '../../../shared/capabilities/hosts/contract.ts';
import { assertNever } from '../../../shared/errors.ts';
import { bridge } from '../../bridge.ts';
import { closePrompt, usePrompts } from '../../stores/hosts.ts';
import { addErrorNotice } from '../../stores/notices.ts';
import { useSettings } from '../../stores/settings.ts';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import {
  describeAskingMachine,
  describeKeyIntro,
  describeLockedKey,
  describePasswordLabel,
  describePasswordNeed,
  describePromptTitle,
  describeSudoNeed,
  describeSudoStorage,
  describeSudoUser,
  describeWrongSecret,
  TEXT,
} from './text.ts';

async function answer(promptId: string, given: PromptAnswer): Promise<void> {
  // The main process confirms an acceptance first; if it is declined there, the prompt stays open.
  if (given.kind !== 'accept') closePrompt(promptId);
  try {
    await bridge.hosts.answerPrompt({ promptId, answer: given });
  } catch (thrown) {
    addErrorNotice(thrown);
  }
}

/** The open prompts, one at a time; each can be cancelled. */
export function PromptDialogs() {
  const prompts = usePrompts();
  const prompt = prompts[0];
  return prompt === undefined ? null : <PromptDialog prompt={prompt} count={prompts.length} />;
}

function PromptDialog({ prompt, count }: { readonly prompt: Prompt; readonly count: number }) {
  useReturnFocus();
  return (
    <Modal
      opened
      onClose={() => void answer(prompt.promptId, { kind: 'cancel' })}
      title={describePromptTitle(prompt, count)}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': TEXT.cancel }}
    >
      <PromptForm key={prompt.promptId} prompt={prompt} />
    </Modal>
  );
}

function PromptForm({ prompt }: { readonly prompt: Prompt }) {
  switch (prompt.kind) {
    case 'host-key-unknown':
      return <HostKeyForm prompt={prompt} />;
    case 'keyboard-interactive':
      return <QuestionsForm prompt={prompt} />;
    case 'passphrase':
      return (
        <SecretForm prompt={prompt} label={TEXT.passphrase} canRemember>
          <span className="ada-mono">{prompt.keyFile}</span> {describeLockedKey(prompt.hostLabel)}
        </SecretForm>
      );
    case 'password':
      return (
        <SecretForm prompt={prompt} label={describePasswordLabel(prompt.asking.address)}>
          {describePasswordNeed(prompt.asking, prompt.hostLabel)} {TEXT.passwordStored}
        </SecretForm>
      );
    case 'sudo-password':
      return (
        <SecretForm prompt={prompt} label={describePasswordLabel(describeSudoUser(prompt.user, prompt.hostLabel))}>
          {describeSudoNeed(prompt.hostLabel, prompt.purpose)} <SudoStorage />
        </SecretForm>
      );
    default:
      return assertNever(prompt);
  }
}

function SudoStorage() {
  const { ssh } = useSettings();
  return describeSudoStorage(ssh.sudoKeepMinutes);
}

function Buttons({
  promptId,
  confirm,
  isReady = true,
}: {
  readonly promptId: string;
  readonly confirm: string;
  readonly isReady?: boolean;
}) {
  return (
    <Group justify="flex-end" mt="xs">
      <Button size="sm" onClick={() => void answer(promptId, { kind: 'cancel' })}>
        {TEXT.cancel}
      </Button>
      <Button size="sm" type="submit" variant="filled" disabled={!isReady}>
        {confirm}
      </Button>
    </Group>
  );
}

function HostKeyForm({ prompt }: { readonly prompt: Extract<Prompt, { kind: 'host-key-unknown' }> }) {
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void answer(prompt.promptId, { kind: 'accept' });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <p>
          {TEXT.firstConnection}{' '}
          <b>
            {prompt.hostName}:{prompt.port}
          </b>
          {describeKeyIntro(prompt.keyType)}
        </p>
        <p className="ada-fingerprint">{prompt.sha256}</p>
        <p className="ada-quiet">
          {TEXT.compareKey} <span className="ada-mono">ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub</span> {TEXT.compareKeyWhere}{' '}
          {prompt.knownHostsFile === '' ? (
            TEXT.keyNotSaved
          ) : (
            <>
              {TEXT.keySavedTo} <span className="ada-mono">{prompt.knownHostsFile}</span>.
            </>
          )}
        </p>
        <Buttons promptId={prompt.promptId} confirm={TEXT.trustKey} />
      </Stack>
    </form>
  );
}

interface SecretFormProps {
  readonly prompt: Extract<Prompt, { attempt: number }>;
  readonly label: string;
  readonly canRemember?: boolean;
  readonly children: ReactNode;
}

function SecretForm({ prompt, label, canRemember = false, children }: SecretFormProps) {
  const [secret, setSecret] = useState('');
  const [remember, setRemember] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void answer(prompt.promptId, { kind: 'secret', secret, ...(canRemember ? { remember } : {}) });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <p>{children}</p>
        <PasswordInput
          label={label}
          value={secret}
          onChange={(event) => setSecret(event.currentTarget.value)}
          data-autofocus
          autoComplete="off"
          maxLength={1024}
          error={
            prompt.attempt > 1 ? describeWrongSecret(prompt.attempt, prompt.kind === 'passphrase' ? 'passphrase' : 'password') : undefined
          }
        />
        {canRemember ? (
          <Checkbox label={TEXT.remember} checked={remember} onChange={(event) => setRemember(event.currentTarget.checked)} />
        ) : null}
        <Buttons promptId={prompt.promptId} confirm={TEXT.continue} isReady={secret !== ''} />
      </Stack>
    </form>
  );
}

function QuestionsForm({ prompt }: { readonly prompt: Extract<Prompt, { kind: 'keyboard-interactive' }> }) {
  const [answers, setAnswers] = useState<readonly string[]>(prompt.questions.map(() => ''));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void answer(prompt.promptId, { kind: 'answers', answers: [...answers] });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <p>
          {describeAskingMachine(prompt.asking, prompt.hostLabel)}
          {prompt.title === '' ? '' : `: ${prompt.title}`}
        </p>
        {prompt.instructions === '' ? null : <p className="ada-quiet">{prompt.instructions}</p>}
        {prompt.questions.map((question, index) => {
          const Field = question.echo ? TextInput : PasswordInput;
          return (
            <Field
              // biome-ignore lint/suspicious/noArrayIndexKey: the questions of one prompt never change their order
              key={index}
              label={question.text}
              value={answers[index] ?? ''}
              onChange={(event) => setAnswers(answers.with(index, event.currentTarget.value))}
              {...(index === 0 ? { 'data-autofocus': true } : {})}
              autoComplete="off"
              maxLength={1024}
            />
          );
        })}
        <Buttons promptId={prompt.promptId} confirm={TEXT.continue} />
      </Stack>
    </form>
  );
}
