import { Button, Checkbox, Group, Modal, PasswordInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Prompt, PromptAnswer } from '../../../shared/capabilities/hosts/contract.ts';
import { assertNever } from '../../../shared/errors.ts';
import { bridge } from '../../bridge.ts';
import { closePrompt, usePrompts } from '../../stores/hosts.ts';
import { sayError } from '../../stores/notices.ts';
import { whoAsks } from './who-asks.ts';

const TITLES: Readonly<Record<Prompt['kind'], string>> = {
  'host-key-unknown': 'Is this the right machine?',
  passphrase: 'Unlock your key',
  password: 'Sign in',
  'keyboard-interactive': 'The host asks',
  'sudo-password': 'Run this as root?',
};

async function answer(promptId: string, given: PromptAnswer): Promise<void> {
  // Acceptance is confirmed by the main process first; declined there, the question stays open.
  if (given.kind !== 'accept') closePrompt(promptId);
  try {
    await bridge.hosts.answerPrompt({ promptId, answer: given });
  } catch (thrown) {
    sayError(thrown);
  }
}

/** The questions only the operator can answer, one after the other, each cancellable. */
export function PromptDialogs() {
  const prompts = usePrompts();
  const prompt = prompts[0];
  if (prompt === undefined) return null;
  const more = prompts.length > 1 ? ` · 1 of ${prompts.length}` : '';
  return (
    <Modal
      opened
      onClose={() => void answer(prompt.promptId, { kind: 'cancel' })}
      title={`${TITLES[prompt.kind]}${more}`}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Cancel' }}
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
        <SecretForm prompt={prompt} label="Passphrase" canRemember>
          The key <span className="ada-mono">{prompt.keyFile}</span> is locked. It is needed to sign in to {prompt.hostLabel}.
        </SecretForm>
      );
    case 'password':
      return (
        <SecretForm prompt={prompt} label={`Password of ${prompt.asking.address}`}>
          {whoAsks(prompt.asking, prompt.hostLabel)} asks for a password. It is kept in memory only, to sign in again after a loss.
        </SecretForm>
      );
    case 'sudo-password':
      return (
        <SecretForm prompt={prompt} label={`Password of ${prompt.user} on ${prompt.hostLabel}`}>
          Needed to run as root on {prompt.hostLabel}: {prompt.purpose}. It is kept in memory only, for as long as Settings says.
        </SecretForm>
      );
    default:
      return assertNever(prompt);
  }
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
        Cancel
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
          You have not connected to{' '}
          <b>
            {prompt.hostName}:{prompt.port}
          </b>{' '}
          before. It shows this {prompt.keyType} key:
        </p>
        <p className="ada-fingerprint">{prompt.sha256}</p>
        <p className="ada-quiet">
          Compare it with what the host itself says: <span className="ada-mono">ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub</span> in a
          terminal you trust.{' '}
          {prompt.knownHostsFile === '' ? (
            'Your SSH configuration saves no host keys (UserKnownHostsFile none): you will be asked again.'
          ) : (
            <>
              When accepted, it is saved to <span className="ada-mono">{prompt.knownHostsFile}</span>.
            </>
          )}
        </p>
        <Buttons promptId={prompt.promptId} confirm="It is the same: connect" />
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
          error={prompt.attempt > 1 ? `That was not it. Try ${prompt.attempt}.` : undefined}
        />
        {canRemember ? (
          <Checkbox
            label="Keep it: in the system's keyring, or without one in memory until the panel ends"
            checked={remember}
            onChange={(event) => setRemember(event.currentTarget.checked)}
          />
        ) : null}
        <Buttons promptId={prompt.promptId} confirm="Continue" isReady={secret !== ''} />
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
          {whoAsks(prompt.asking, prompt.hostLabel)} asks{prompt.title === '' ? '.' : `: ${prompt.title}`}
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
        <Buttons promptId={prompt.promptId} confirm="Continue" />
      </Stack>
    </form>
  );
}
