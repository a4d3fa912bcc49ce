import { NumberInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { isComposing } from '../../ui/composing.ts';
import { describeRange } from './text.ts';

export interface NumberSettingProps {
  readonly label: string;
  readonly description: string;
  readonly unit: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onSelect: (value: number) => void;
}

/** A whole number with its unit, saved on blur or Enter and not at every digit. */
export function NumberSetting({ label, description, unit, value, min, max, onSelect }: NumberSettingProps) {
  const [typed, setTyped] = useState<string | number>(value);
  useEffect(() => setTyped(value), [value]);
  const chosen = typeof typed === 'number' ? typed : Number.parseInt(typed, 10);
  const isValid = Number.isInteger(chosen) && chosen >= min && chosen <= max;
  const save = (): void => {
    if (isValid && chosen !== value) onSelect(chosen);
  };
  const leave = (): void => {
    if (isValid) save();
    else setTyped(value);
  };
  return (
    <NumberInput
      label={label}
      description={description}
      suffix={` ${unit}`}
      value={typed}
      onChange={setTyped}
      onBlur={leave}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !isComposing(event)) save();
      }}
      error={isValid ? undefined : describeRange(min, max, unit)}
      min={min}
      max={max}
      clampBehavior="none"
      allowDecimal={false}
      allowNegative={false}
      maw={260}
    />
  );
}
