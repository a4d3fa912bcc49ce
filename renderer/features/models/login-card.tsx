import { Button, Checkbox, Group, PasswordInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type InvokeAiLoginState, LoginEmail, LoginPassword } from '../../../shared/capabilities/models/contract.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { useModelsChange } from '../../stores/models.ts';

import { Card } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { fieldProblem } from '../../ui/field-problem.ts';
import { StatusWord } from '../../ui/status-word.tsx';

/** The login of an InvokeAI in multi-user mode: the form where one is needed, else who is logged in. Nothing where there are no logins. */
export function LoginCard({ login, isLive }: { readonly login: InvokeAiLoginState; readonly isLive: boolean }) {
  const onModels = useModelsChange();
  if (login.kind === 'needed') return <LoginForm email={login.email ?? ''} />;
  if (login.kind !== 'logged-in') return null;
  return (
    <Card
      title="InvokeAI login"
      aside={
        <Button size="xs" variant="default" onClick={() => onModels.attempt((host) => host.models.logOut())}>
          Log out
        </Button>
      }
    >
      <StatusWord
        tone={isLive ? 'good' : 'stale'}
        word={`Logged in as ${login.email ?? 'an unknown account'}${login.isAdmin === true ? ', administrator' : ''}`}
        quiet
      />
      {login.isAdmin === false ? (
        <p className="models-small ada-quiet">
          This account is not an administrator: InvokeAI does not let it install or delete models, free VRAM, or pause the queue.
        </p>
      ) : null}
    </Card>
  );
}

function LoginForm({ email: lastEmail }: { readonly email: string }) {
  const onModels = useModelsChange();
  const [email, setEmail] = useState(lastEmail);
  const [password, setPassword] = useState('');
  const [isPasswordSaved, setPasswordSaved] = useState(false);
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<PanelError | null>(null);
  const wrong = {
    email: email.trim() === '' ? undefined : fieldProblem(LoginEmail, email),
    password: password === '' ? undefined : fieldProblem(LoginPassword, password),
  };
  const isGood = email.trim() !== '' && password !== '' && wrong.email === undefined && wrong.password === undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setSending(true);
    setError(null);
    onModels
      .run((host) => host.models.logIn({ email: email.trim(), password, isPasswordSaved }))
      .catch((thrown: unknown) => setError(toPanelError(thrown)))
      .finally(() => setSending(false));
  };
  return (
    <Card title="InvokeAI login">
      <form className="models-login" onSubmit={submit}>
        <p className="models-small ada-quiet">This InvokeAI is in multi-user mode. Log in with one of its accounts.</p>
        <TextInput
          size="sm"
          label="Email address"
          type="email"
          autoComplete="username"
          value={email}
          error={wrong.email}
          spellCheck={false}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          size="sm"
          label="Password"
          autoComplete="current-password"
          value={password}
          error={wrong.password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Checkbox
          size="sm"
          label="Remember the password"
          description="Renews the login when it expires after 7 days. Saved in the system keyring, or until you quit."
          checked={isPasswordSaved}
          onChange={(event) => setPasswordSaved(event.currentTarget.checked)}
        />
        {error === null ? null : <ErrorNotice error={error} />}
        <Group justify="flex-end">
          <Button type="submit" size="sm" variant="filled" loading={isSending} disabled={!isGood}>
            Log in to InvokeAI
          </Button>
        </Group>
      </form>
    </Card>
  );
}
