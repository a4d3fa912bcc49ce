import { Button, Checkbox, Group, NumberInput, PasswordInput, Select, TextInput } from '@mantine/core';
import type { SetupParameter } from '../../../shared/capabilities/setup/contract.ts';
import { describeForgetSecret, TEXT } from './text.ts';

export interface ParameterFieldProps {
  readonly parameter: SetupParameter;
  /** Of a secret, the new one that is typed; the saved one never comes back. */
  readonly value: string;
  readonly error: string | undefined;
  readonly isFirst: boolean;
  readonly onChange: (value: string) => void;
  readonly onForget: () => void;
}

/** One parameter as the field of its kind. */
export function ParameterField({ parameter, value, error, isFirst, onChange, onForget }: ParameterFieldProps) {
  const { key, label, help, kind, choices, hasSecret } = parameter;
  const common = { name: key, label, description: help, error, 'data-autofocus': isFirst || undefined } as const;
  switch (kind) {
    case 'text':
      return <TextInput {...common} value={value} spellCheck={false} onChange={(event) => onChange(event.currentTarget.value)} />;
    case 'number':
      return (
        <NumberInput {...common} value={value} allowDecimal={false} hideControls maw={220} onChange={(typed) => onChange(String(typed))} />
      );
    case 'choice':
      return (
        <Select
          {...common}
          value={value}
          data={choices.map((choice) => ({ value: choice.value, label: choice.label }))}
          allowDeselect={false}
          onChange={(chosen) => onChange(chosen ?? value)}
        />
      );
    case 'switch':
      return <Checkbox {...common} checked={value === 'yes'} onChange={(event) => onChange(event.currentTarget.checked ? 'yes' : 'no')} />;
    case 'secret':
      return (
        <Group align="flex-end" gap="xs" wrap="nowrap">
          <PasswordInput
            {...common}
            className="setup-secret"
            value={value}
            autoComplete="off"
            description={hasSecret ? `${help} ${TEXT.secretSaved}.` : help}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
          {hasSecret ? (
            <Button size="sm" variant="subtle" color="gray" aria-label={describeForgetSecret(label)} onClick={onForget}>
              {TEXT.forgetSecret}
            </Button>
          ) : null}
        </Group>
      );
  }
}
