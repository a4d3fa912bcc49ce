import { Button, Group, SegmentedControl, TextInput } from '@mantine/core';
import { useState } from 'react';
import { BackendAddress } from '../../../shared/capabilities/settings/contract.ts';
import { DEFAULT_PORTS } from '../../../shared/default-ports.ts';
import { useHostProfile } from '../../stores/hosts.ts';
import { updateSettings, useSettings } from '../../stores/settings.ts';
import { Card } from '../../ui/card.tsx';
import { isComposing } from '../../ui/composing.ts';
import { fieldProblem } from '../../ui/field-problem.ts';
import { addressExample, backendAddress, backendsTitle, connectBackendVia, TEXT } from './text.ts';

const PROGRAMS = [
  { id: 'invokeai', label: 'InvokeAI', usual: `http://127.0.0.1:${DEFAULT_PORTS.invokeai}` },
  { id: 'comfyui', label: 'ComfyUI', usual: `http://127.0.0.1:${DEFAULT_PORTS.comfyui}` },
] as const;

/** The addresses of InvokeAI and ComfyUI on the selected host, where they are not the default. */
export function BackendsCard() {
  const host = useHostProfile();
  const { backends } = useSettings();
  if (host === null) return null;
  const saved = backends[host.id] ?? { invokeai: null, comfyui: null };
  return (
    <Card title={backendsTitle(host.label)} anchor="settings-backends">
      <div className="ada-settings-form">
        {PROGRAMS.map((program) => (
          <Address
            key={`${host.id} ${program.id} ${saved[program.id]?.url ?? ''}`}
            label={program.label}
            usual={program.usual}
            saved={saved[program.id]}
            onSelect={(address) => void updateSettings({ backends: { ...backends, [host.id]: { ...saved, [program.id]: address } } })}
          />
        ))}
      </div>
    </Card>
  );
}

interface AddressProps {
  readonly label: string;
  readonly usual: string;
  readonly saved: BackendAddress | null;
  readonly onSelect: (address: BackendAddress | null) => void;
}

function Address({ label, usual, saved, onSelect }: AddressProps) {
  const [typed, setTyped] = useState(saved?.url ?? '');
  const isThroughSsh = saved?.isThroughSsh ?? true;
  const next = BackendAddress.safeParse({ url: typed, isThroughSsh });
  const problem = typed.trim() === '' ? undefined : fieldProblem(BackendAddress.shape.url, typed, addressExample(usual));
  const save = (): void => {
    if (typed.trim() === '') {
      if (saved !== null) onSelect(null);
    } else if (next.success && next.data.url !== saved?.url) onSelect(next.data);
  };
  return (
    <div>
      <TextInput
        label={backendAddress(label)}
        description={saved === null ? TEXT.backendDefault : undefined}
        placeholder={usual}
        value={typed}
        spellCheck={false}
        error={problem}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !isComposing(event)) save();
        }}
      />
      {saved === null ? null : (
        <Group gap="xs" mt={6}>
          <SegmentedControl
            size="xs"
            aria-label={connectBackendVia(label)}
            value={isThroughSsh ? 'ssh' : 'direct'}
            onChange={(way) => onSelect({ ...saved, isThroughSsh: way === 'ssh' })}
            data={[
              { value: 'ssh', label: TEXT.viaSsh },
              { value: 'direct', label: TEXT.viaThisComputer },
            ]}
          />
          <Button size="compact-xs" variant="default" onClick={() => onSelect(null)}>
            {TEXT.resetBackend}
          </Button>
        </Group>
      )}
      {saved !== null && !isThroughSsh && saved.url.startsWith('http://') ? <p className="ada-quiet">{TEXT.unencrypted}</p> : null}
    </div>
  );
}
