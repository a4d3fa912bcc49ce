import { Button, Checkbox, Group, PasswordInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type InvokeAiLoginState, LoginEmail, LoginPassword } from '../../../shared/capabilities/models/contract.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { useModelsChange } from '../../stores/models.ts';
import { Card } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { fieldProblem } from '../../ui/field-problem.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { describeLogin, LOGIN_TEXT } from './login-text.ts';

/** The login of an InvokeAI in multi-user mode: a form, or the account that is logged in. Nothing without multi-user mode. */
export function LoginCard({ login, isLive }: { readonly login: InvokeAiLoginState; readonly isLive: boolean }) {
  const onModels = useModelsChange();
  if (login.kind === 'needed') return <LoginForm email={login.email ?? ''} />;
  if (login.kind !== 'logged-in') return null;
  return (
    <Card
      title={LOGIN_TEXT.title}
      aside={
        <Button size="xs" variant="default" onClick={() => onModels.attempt((host) => host.models.logOut())}>
          {LOGIN_TEXT.logOut}
        </Button>
      }
    >
      <StatusWord tone={isLive ? 'good' : 'stale'} word={describeLogin(login.email, login.isAdmin)} quiet />
      {login.isAdmin === false ? <p className="models-small ada-quiet">{LOGIN_TEXT.notAdministrator}</p> : null}
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
    <Card title={LOGIN_TEXT.title}>
      <form className="models-login" onSubmit={submit}>
        <p className="models-small ada-quiet">{LOGIN_TEXT.multiUser}</p>
        <TextInput
          size="sm"
          label={LOGIN_TEXT.email}
          type="email"
          autoComplete="username"
          value={email}
          error={wrong.email}
          spellCheck={false}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          size="sm"
          label={LOGIN_TEXT.password}
          autoComplete="current-password"
          value={password}
          error={wrong.password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Checkbox
          size="sm"
          label={LOGIN_TEXT.remember}
          description={LOGIN_TEXT.rememberHint}
          checked={isPasswordSaved}
          onChange={(event) => setPasswordSaved(event.currentTarget.checked)}
        />
        {error === null ? null : <ErrorNotice error={error} />}
        <Group justify="flex-end">
          <Button type="submit" size="sm" variant="filled" loading={isSending} disabled={!isGood}>
            {LOGIN_TEXT.logIn}
          </Button>
        </Group>
      </form>
    </Card>
  );
}
