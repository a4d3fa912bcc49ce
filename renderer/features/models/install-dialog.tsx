import '../../ui/without-eval.ts';
import { Button, Checkbox, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ModelSource, type ModelsState, type StarterModel } from '../../../shared/contract/models.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { bridge } from '../../bridge.ts';
import { changeModels } from '../../stores/models.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { baseWords, isHad, typeWords } from './words.ts';

/** Any model by name, address or path, and the list InvokeAI itself recommends. */
export function InstallDialog({ state, onClose }: { readonly state: ModelsState; readonly onClose: () => void }) {
  const [source, setSource] = useState('');
  const [token, setToken] = useState('');
  const [isInPlace, setInPlace] = useState(true);
  const [error, setError] = useState<PanelError | null>(null);
  const [asking, setAsking] = useState<string | null>(null);
  const isPath = source.trim().startsWith('/');
  const isGood = ModelSource.safeParse(source).success;

  const install = async (wanted: readonly string[]): Promise<boolean> => {
    setError(null);
    try {
      for (const one of wanted) {
        setAsking(one);
        const isTyped = one === source.trim();
        await changeModels(() =>
          bridge.models.install({
            source: one,
            isInPlace: isTyped && isPath && isInPlace,
            token: isTyped && token !== '' ? token : null,
            neededBytes: null,
          }),
        );
      }
      return true;
    } catch (thrown) {
      setError(toPanelError(thrown));
      return false;
    } finally {
      setAsking(null);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isGood) void install([source.trim()]).then((began) => (began ? onClose() : undefined));
  };
  return (
    <Modal opened onClose={onClose} title="Install a model" size="lg">
      <Stack gap="md">
        <form onSubmit={submit}>
          <Stack gap="xs">
            <TextInput
              label="Hugging Face repo, address of a file, or path on the host"
              placeholder="org/name, org/name:fp16, https://…/model.safetensors, /data/models/x.safetensors"
              value={source}
              spellCheck={false}
              onChange={(event) => setSource(event.currentTarget.value)}
              data-autofocus
            />
            {isPath ? (
              <Checkbox
                label="Leave the file where it is"
                description={isInPlace ? 'InvokeAI registers it in place.' : 'The file is moved, not copied, into InvokeAI’s own folder.'}
                checked={isInPlace}
                onChange={(event) => setInPlace(event.currentTarget.checked)}
              />
            ) : (
              <PasswordInput
                label="Access token, for this download only"
                description="Only for a repo that asks for one. It goes to InvokeAI and is not kept here."
                value={token}
                autoComplete="off"
                onChange={(event) => setToken(event.currentTarget.value)}
              />
            )}
            <Group justify="flex-end" gap="xs">
              <Button type="submit" size="sm" variant="filled" disabled={!isGood} loading={asking !== null && asking === source.trim()}>
                Install
              </Button>
            </Group>
          </Stack>
        </form>
        {error === null ? null : <ErrorNotice error={error} />}
        <Starters state={state} asking={asking} onInstall={(wanted) => void install(wanted)} />
      </Stack>
    </Modal>
  );
}

function Starters({
  state,
  asking,
  onInstall,
}: {
  readonly state: ModelsState;
  readonly asking: string | null;
  readonly onInstall: (sources: readonly string[]) => void;
}) {
  const starters = useQuery({ queryKey: ['models.starters', state.hostId, state.models?.length], queryFn: () => bridge.models.starters() });
  if (starters.error !== null) return <ErrorNotice error={toPanelError(starters.error)} tone="warning" />;
  if (starters.data === undefined) return <Text size="sm">Asking InvokeAI what it recommends…</Text>;
  const { models, bundles } = starters.data;
  const missing = (sources: readonly string[]): readonly string[] => sources.filter((source) => !isHad(source, state));
  return (
    <section aria-label="Recommended by InvokeAI">
      <h3 className="models-subhead">Recommended by InvokeAI</h3>
      {bundles.length === 0 ? null : (
        <Group gap="xs" mb="xs">
          {bundles.map((bundle) => {
            const wanted = missing(bundle.sources);
            return (
              <Button
                key={bundle.name}
                size="xs"
                variant="default"
                disabled={wanted.length === 0 || asking !== null}
                onClick={() => onInstall(wanted)}
              >
                {wanted.length === 0 ? `${bundle.name}: all there` : `Bundle ${bundle.name}: ${wanted.length} to fetch`}
              </Button>
            );
          })}
        </Group>
      )}
      <ul className="models-starters">
        {models.map((starter) => (
          <Starter
            key={starter.source}
            starter={starter}
            isHere={starter.isInstalled || isHad(starter.source, state)}
            isAsking={asking === starter.source}
            isOff={asking !== null}
            onInstall={() => onInstall([...missing(starter.needs), starter.source])}
          />
        ))}
      </ul>
    </section>
  );
}

interface StarterProps {
  readonly starter: StarterModel;
  readonly isHere: boolean;
  readonly isAsking: boolean;
  readonly isOff: boolean;
  readonly onInstall: () => void;
}

function Starter({ starter, isHere, isAsking, isOff, onInstall }: StarterProps) {
  return (
    <li>
      <span className="models-starter-words">
        <b>{starter.name}</b>{' '}
        <span className="ada-quiet">
          {baseWords(starter.base)} {typeWords(starter.type)}
          {starter.description === '' ? '' : ` · ${starter.description}`}
        </span>
      </span>
      {isHere ? (
        <StatusWord tone="good" word="here" quiet />
      ) : (
        <Button
          size="compact-xs"
          variant="default"
          loading={isAsking}
          disabled={isOff && !isAsking}
          aria-label={`Install ${starter.name}`}
          onClick={onInstall}
        >
          Install
        </Button>
      )}
    </li>
  );
}
