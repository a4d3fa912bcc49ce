import { Button, Group, Modal, Stack } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import type { SetupParameter, SetupRecipe } from '../../../shared/capabilities/setup/contract.ts';
import { hasCode, type PanelError, toPanelError } from '../../../shared/errors.ts';
import { useSetupActions, useSetupChange } from '../../stores/setup.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { ParameterField } from './parameter-field.tsx';
import { describeParameters, TEXT } from './text.ts';

const valuesOf = (parameters: readonly SetupParameter[], of: (parameter: SetupParameter) => string): Record<string, string> =>
  Object.fromEntries(parameters.filter(({ kind }) => kind !== 'secret').map((parameter) => [parameter.key, of(parameter)]));

/** The parameters of a recipe; the main process checks them, and its reason appears at the field. */
export function ParametersDialog({ recipe, onClose }: { readonly recipe: SetupRecipe; readonly onClose: () => void }) {
  useReturnFocus();
  const { id, title, parameters } = recipe;
  const change = useSetupChange();
  const { refresh } = useSetupActions();
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState(() => valuesOf(parameters, ({ value }) => value));
  const [secrets, setSecrets] = useState<Readonly<Record<string, string>>>({});
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({});
  const [error, setError] = useState<PanelError | null>(null);
  const [isSaving, setSaving] = useState(false);

  const showError = (thrown: unknown): void => {
    const reported = toPanelError(thrown);
    const { key, reason } = reported.facts ?? {};
    if (!hasCode(reported, 'setup-bad-parameter') || key === undefined || reason === undefined) {
      setError(reported);
      return;
    }
    setWrong({ [key]: reason });
    form.current?.querySelector<HTMLElement>(`[name="${CSS.escape(key)}"]`)?.focus();
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setSaving(true);
    setWrong({});
    setError(null);
    try {
      await change.run((host) => host.setup.saveValues({ recipe: id, values }));
      for (const [key, secret] of Object.entries(secrets)) {
        if (secret !== '') await change.run((host) => host.setup.setSecret({ recipe: id, key, secret }));
      }
      onClose();
      void refresh();
    } catch (thrown) {
      showError(thrown);
    } finally {
      setSaving(false);
    }
  };
  const forget = async (key: string): Promise<void> => {
    try {
      await change.run((host) => host.setup.setSecret({ recipe: id, key, secret: '' }));
    } catch (thrown) {
      showError(thrown);
    }
  };

  return (
    <Modal opened onClose={onClose} title={describeParameters(title)} size="lg">
      <form ref={form} noValidate onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          {parameters.map((parameter, index) => (
            <ParameterField
              key={parameter.key}
              parameter={parameter}
              value={(parameter.kind === 'secret' ? secrets[parameter.key] : values[parameter.key]) ?? ''}
              error={wrong[parameter.key]}
              isFirst={index === 0}
              onChange={(value) =>
                parameter.kind === 'secret'
                  ? setSecrets({ ...secrets, [parameter.key]: value })
                  : setValues({ ...values, [parameter.key]: value })
              }
              onForget={() => void forget(parameter.key)}
            />
          ))}
          {error === null ? null : <ErrorNotice error={error} />}
          <Group justify="space-between">
            <Button size="sm" variant="subtle" color="gray" onClick={() => setValues(valuesOf(parameters, ({ initial }) => initial))}>
              {TEXT.restoreInitial}
            </Button>
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
