import { Button, Group, PasswordInput, SegmentedControl, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { HubEndpoint, type HubRoute } from '../../../shared/capabilities/models/hub-contract.ts';
import { DEFAULT_SETTINGS, OFFICIAL_HUB } from '../../../shared/default-settings.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { AccessToken } from '../../../shared/identifiers.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { useHostProfile } from '../../stores/hosts.ts';
import { addErrorNotice } from '../../stores/notices.ts';
import { updateSettings, useSettings } from '../../stores/settings.ts';
import { Card } from '../../ui/card.tsx';
import { isComposing } from '../../ui/composing.ts';
import { confirmFirst } from '../../ui/confirm.tsx';
import { fieldProblem } from '../../ui/field-problem.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import type { Tone } from '../../ui/tone.tsx';
import { HUB_ROUTES, TEXT, unknownBecause } from './text.ts';

/** Who searches Hugging Face, where, and with which token. */
export function HuggingFaceCard() {
  const { huggingFace } = useSettings();
  const host = useHostProfile();
  return (
    <Card title={TEXT.huggingFace} anchor="settings-hugging-face">
      <div className="ada-settings-form">
        <div>
          <p className="ada-settings-label">{TEXT.hubRoute}</p>
          <SegmentedControl<HubRoute>
            size="xs"
            aria-label={TEXT.hubRoute}
            value={huggingFace.from}
            onChange={(from) => void updateSettings({ huggingFace: { ...huggingFace, from } })}
            data={[...HUB_ROUTES]}
          />
          <p className="ada-quiet ada-settings-note">{TEXT.hubRouteHint}</p>
        </div>
        <Endpoint key={huggingFace.endpoint} saved={huggingFace.endpoint} />
        {host === null ? null : <Token key={`${host.id} ${huggingFace.endpoint}`} hostId={host.id} />}
      </div>
    </Card>
  );
}

function Endpoint({ saved }: { readonly saved: string }) {
  const { huggingFace } = useSettings();
  const [typed, setTyped] = useState(saved === OFFICIAL_HUB ? '' : saved);
  const next = HubEndpoint.safeParse(typed);
  const save = (): void => {
    const endpoint = typed.trim() === '' ? DEFAULT_SETTINGS.huggingFace.endpoint : next.success ? next.data : null;
    if (endpoint !== null && endpoint !== saved) void updateSettings({ huggingFace: { ...huggingFace, endpoint } });
  };
  return (
    <TextInput
      label={TEXT.hubEndpoint}
      description={TEXT.hubEndpointHint}
      placeholder={OFFICIAL_HUB}
      value={typed}
      spellCheck={false}
      error={typed.trim() === '' ? undefined : fieldProblem(HubEndpoint, typed)}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !isComposing(event)) save();
      }}
    />
  );
}

function confirmRemoveToken(onConfirm: () => void): void {
  confirmFirst({
    title: TEXT.removeHubToken,
    consequence: TEXT.removeHubTokenBody,
    action: TEXT.removeHubTokenAction,
    onConfirm,
  });
}

function stateOf({ data, error }: { readonly data: boolean | undefined; readonly error: Error | null }): {
  readonly tone: Tone;
  readonly word: string;
} {
  if (data === undefined)
    return { tone: 'unknown', word: error === null ? TEXT.tokenLoading : unknownBecause(toPanelError(error).message) };
  return data ? { tone: 'good', word: TEXT.tokenSaved } : { tone: 'off', word: TEXT.tokenNone };
}

function Token({ hostId }: { readonly hostId: string }) {
  const host = useHostBridge();
  const queries = useQueryClient();
  const key = ['models.hasHubToken', hostId];
  const has = useQuery({ queryKey: key, queryFn: () => host.models.hasHubToken() });
  const [token, setToken] = useState('');
  const problem = token.trim() === '' ? undefined : fieldProblem(AccessToken.min(4), token);
  const save = (value: string | null): void =>
    void host.models.setHubToken({ token: value }).then((next) => {
      queries.setQueryData(key, next);
      void queries.invalidateQueries({ queryKey: ['models.hubModel'] });
      setToken('');
    }, addErrorNotice);
  return (
    <div>
      <PasswordInput
        label={TEXT.hubToken}
        description={TEXT.hubTokenHint}
        placeholder={has.data === true ? TEXT.tokenSaved : 'hf_…'}
        value={token}
        error={problem}
        autoComplete="off"
        onChange={(event) => setToken(event.currentTarget.value)}
      />
      <Group gap="xs" mt={6}>
        <StatusWord {...stateOf(has)} quiet />
        <Button
          size="compact-xs"
          variant="default"
          disabled={token.trim() === '' || problem !== undefined}
          onClick={() => save(token.trim())}
        >
          {TEXT.save}
        </Button>
        {has.data === true ? (
          <Button size="compact-xs" variant="default" onClick={() => confirmRemoveToken(() => save(null))}>
            {TEXT.forgetTrust}
          </Button>
        ) : null}
      </Group>
    </div>
  );
}
