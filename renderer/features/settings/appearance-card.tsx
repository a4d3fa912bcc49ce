import { SegmentedControl } from '@mantine/core';
import type { Settings } from '../../../shared/capabilities/settings/contract.ts';
import { updateSettings, useSettings } from '../../stores/settings.ts';
import { Card } from '../../ui/card.tsx';

type ColorScheme = Settings['appearance']['colorScheme'];

const CHOICES: { readonly value: ColorScheme; readonly label: string }[] = [
  { value: 'auto', label: 'Like the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

export function AppearanceCard() {
  const { colorScheme } = useSettings().appearance;
  return (
    <Card title="Appearance">
      <SegmentedControl<ColorScheme>
        aria-label="Theme"
        data={CHOICES}
        value={colorScheme}
        transitionDuration={120}
        onChange={(value) => void updateSettings({ appearance: { colorScheme: value } })}
      />
    </Card>
  );
}
