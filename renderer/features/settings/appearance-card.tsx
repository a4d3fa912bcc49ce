import { SegmentedControl } from '@mantine/core';
import type { Settings } from '../../../shared/capabilities/settings/contract.ts';
import { updateSettings, useSettings } from '../../stores/settings.ts';
import { Card } from '../../ui/card.tsx';
import { TEXT, THEMES } from './text.ts';

type ColorScheme = Settings['appearance']['colorScheme'];

export function AppearanceCard() {
  const { colorScheme } = useSettings().appearance;
  return (
    <Card title={TEXT.appearance}>
      <SegmentedControl<ColorScheme>
        aria-label={TEXT.theme}
        data={[...THEMES]}
        value={colorScheme}
        transitionDuration={120}
        onChange={(value) => void updateSettings({ appearance: { colorScheme: value } })}
      />
    </Card>
  );
}
