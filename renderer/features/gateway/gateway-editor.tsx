import { Button, Group, Modal, NumberInput, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { DEFAULT_IMAGES_CLASS, GatewayProfile, type GatewayState } from '../../../shared/capabilities/gateway/contract.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { isSameEndpoint, parseAddress } from '../../../shared/gateway-address.ts';
import { AccessToken } from '../../../shared/identifiers.ts';
import { useGatewayChange } from '../../stores/gateway.ts';

import { useHostsState } from '../../stores/hosts.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { fieldProblem, fieldProblems } from '../../ui/field-problem.ts';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { describeAddress, describeSsh, FIELD_SHAPES, TEXT } from './text.ts';

const DIRECT = 'direct';

/** Edits address, connection and token of the gateway; saving connects at once. */
export function GatewayEditor({ state, onClose }: { readonly state: GatewayState; readonly onClose: () => void }) {
  const onGateway = useGatewayChange();
  useReturnFocus();
  const { hosts } = useHostsState();
  const [address, setAddress] = useState(state.profile?.address ?? 'https://');
  const [via, setVia] = useState(state.profile?.via.kind === 'ssh' ? state.profile.via.hostId : DIRECT);
  const [port, setPort] = useState<number | string>(state.profile?.observabilityPort ?? 8801);
  const [imagesClass, setImagesClass] = useState(state.profile?.imagesClass ?? DEFAULT_IMAGES_CLASS);
  const [token, setToken] = useState('');
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({});
  const [error, setError] = useState<PanelError | null>(null);
  const [isSaving, setSaving] = useState(false);
  const draft = {
    address,
    via: via === DIRECT ? { kind: 'direct' as const } : { kind: 'ssh' as const, hostId: via },
    observabilityPort: Number(port),
    imagesClass,
  };
  const isNewEndpoint = state.profile !== null && !isSameEndpoint(state.profile, draft);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const parsed = GatewayProfile.safeParse(draft);
    const tokenProblem = token.trim() === '' ? undefined : fieldProblem(AccessToken, token);
    setWrong({ ...fieldProblems(GatewayProfile, draft, FIELD_SHAPES), ...(tokenProblem === undefined ? {} : { token: tokenProblem }) });
    // An invalid token must not leave a saved profile without its token.
    if (!parsed.success || tokenProblem !== undefined) return;
    setSaving(true);
    try {
      await onGateway.run((host) => host.gateway.configure({ profile: parsed.data }));
      if (token.trim() !== '') await onGateway.run((host) => host.gateway.setToken({ token }));
      onClose();
    } catch (thrown) {
      setError(toPanelError(thrown));
      setSaving(false);
    }
  };

  return (
    <Modal opened onClose={onClose} title={TEXT.title} size="lg">
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <TextInput
            label={TEXT.address}
            description={describeAddress(impliedPort(address))}
            value={address}
            error={wrong['address']}
            spellCheck={false}
            onChange={(event) => setAddress(event.currentTarget.value)}
            data-autofocus
          />
          <Group grow align="flex-start">
            <Select
              label={TEXT.connectVia}
              value={via}
              error={wrong['via']}
              allowDeselect={false}
              data={[{ value: DIRECT, label: TEXT.direct }, ...hosts.map((host) => ({ value: host.id, label: describeSsh(host.label) }))]}
              onChange={(value) => setVia(value ?? DIRECT)}
            />
            <NumberInput
              label={TEXT.observabilityPort}
              description={TEXT.observabilityPortNote}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              value={port}
              min={1}
              max={65_535}
              hideControls
              allowDecimal={false}
              error={wrong['observabilityPort']}
              onChange={setPort}
            />
          </Group>
          <TextInput
            label={TEXT.imagesClass}
            description={TEXT.imagesClassNote}
            value={imagesClass}
            error={wrong['imagesClass']}
            spellCheck={false}
            onChange={(event) => setImagesClass(event.currentTarget.value)}
          />
          <PasswordInput
            label={TEXT.token}
            description={state.hasToken && !isNewEndpoint ? TEXT.tokenSaved : state.hasToken ? TEXT.tokenDropped : TEXT.tokenNote}
            value={token}
            error={wrong['token']}
            autoComplete="off"
            onChange={(event) => setToken(event.currentTarget.value)}
          />
          {error === null ? null : <ErrorNotice error={error} />}
          <Group justify="space-between">
            {state.profile === null ? (
              <span />
            ) : (
              <Button
                size="sm"
                variant="subtle"
                color="red"
                onClick={() => {
                  onGateway
                    .run((host) => host.gateway.configure({ profile: null }))
                    .then(onClose, (thrown: unknown) => setError(toPanelError(thrown)));
                }}
              >
                {TEXT.removeGateway}
              </Button>
            )}
            <Group gap="xs">
              <Button size="sm" onClick={onClose}>
                {TEXT.cancel}
              </Button>
              <Button size="sm" type="submit" variant="filled" loading={isSaving}>
                {TEXT.save}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** The port that applies without being written in the address; null = it is written, or the address is not valid. */
function impliedPort(address: string): number | null {
  return /:\d+(\/.*)?$/.test(address.trim()) ? null : (parseAddress(address)?.port ?? null);
}
