import { Button, Group, Modal, NumberInput, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { DEFAULT_IMAGES_CLASS, GatewayProfile, type GatewayState } from '../../../shared/capabilities/gateway/contract.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { isSamePlace, parseAddress } from '../../../shared/gateway-address.ts';
import { AccessToken } from '../../../shared/identifiers.ts';
import { useGatewayChange } from '../../stores/gateway.ts';

import { useHostsState } from '../../stores/hosts.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { fieldProblem, fieldProblems } from '../../ui/field-problem.ts';
import { useReturnFocus } from '../../ui/use-return-focus.ts';

const DIRECT = 'direct';
const SHAPES: Readonly<Record<string, string>> = {
  address: 'Use https://ai2:8800, or https://host/path behind a proxy.',
  via: 'Pick how it is reached.',
  observabilityPort: 'A port from 1 to 65535.',
  imagesClass: 'A class of backends, such as gpu_heavy.',
};

/** Where the gateway is, how it is reached, and its token. What is saved is tried at once. */
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
  const isNewPlace = state.profile !== null && !isSamePlace(state.profile, draft);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const parsed = GatewayProfile.safeParse(draft);
    const tokenProblem = token.trim() === '' ? undefined : fieldProblem(AccessToken, token);
    setWrong({ ...fieldProblems(GatewayProfile, draft, SHAPES), ...(tokenProblem === undefined ? {} : { token: tokenProblem }) });
    // Both or none: a profile without the token that was entered with it is not what was wanted.
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
    <Modal opened onClose={onClose} title="Gateway" size="lg">
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <TextInput
            label="Address"
            description={describeAddress(address)}
            value={address}
            error={wrong['address']}
            spellCheck={false}
            onChange={(event) => setAddress(event.currentTarget.value)}
            data-autofocus
          />
          <Group grow align="flex-start">
            <Select
              label="Connect via"
              value={via}
              error={wrong['via']}
              allowDeselect={false}
              data={[
                { value: DIRECT, label: 'from this laptop' },
                ...hosts.map((host) => ({ value: host.id, label: `through SSH to ${host.label}` })),
              ]}
              onChange={(value) => setVia(value ?? DIRECT)}
            />
            <NumberInput
              label="Observability port"
              description="Reachable on the gateway’s own machine only."
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
            label="Backend class for images"
            description="IMAGES_BACKEND_CLASS of the gateway. Updated from every 429 and 503 that names another one."
            value={imagesClass}
            error={wrong['imagesClass']}
            spellCheck={false}
            onChange={(event) => setImagesClass(event.currentTarget.value)}
          />
          <PasswordInput
            label="Token"
            description={
              state.hasToken && !isNewPlace
                ? 'Saved. Leave empty to keep it.'
                : state.hasToken
                  ? 'The saved token and the trusted certificate belong to the address and route before: they will be removed.'
                  : 'One of GATEWAY_BEARER_TOKENS. Sent only after the certificate was verified; saved in the keyring.'
            }
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
                Forget this gateway and its token
              </Button>
            )}
            <Group gap="xs">
              <Button size="sm" onClick={onClose}>
                Cancel
              </Button>
              <Button size="sm" type="submit" variant="filled" loading={isSaving}>
                Save
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** What the address amounts to: a port that is not written is said. */
function describeAddress(address: string): string {
  const parsed = parseAddress(address);
  const port = parsed === null || /:\d+(\/.*)?$/.test(address.trim()) ? '' : ` Port ${parsed.port}, as none is given.`;
  return `The gateway’s own port is 8800. Via SSH: the address as that host sees it.${port}`;
}
