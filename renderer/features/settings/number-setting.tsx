import { NumberInput } from '@mantine/core';
import { useEffect, useState } from 'react';

export interface NumberSettingProps {
  readonly label: string;
  readonly description: string;
  readonly unit: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChosen: (value: number) => void;
}

/** A whole number with its unit; kept when the field is left or Enter is pressed, not at every digit. */
export function NumberSetting({ label, description, unit, value, min, max, onChosen }: NumberSettingProps) {
  const [typed, setTyped] = useState<string | number>(value);
  useEffect(() => setTyped(value), [value]);
  const keep = (): void => {
    const chosen = typeof typed === 'number' ? typed : Number.parseInt(typed, 10);
    if (!Number.isInteger(chosen) || chosen < min || chosen > max) setTyped(value);
    else if (chosen !== value) onChosen(chosen);
  };
  return (
    <NumberInput
      label={label}
      description={description}
      suffix={` ${unit}`}
      value={typed}
      onChange={setTyped}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Enter') keep();
      }}
      min={min}
      max={max}
      allowDecimal={false}
      allowNegative={false}
      maw={260}
    />
  );
}
