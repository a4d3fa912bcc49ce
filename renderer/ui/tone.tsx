import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleXFilled,
  IconClockPause,
  IconHelpCircleFilled,
  IconLoader2,
  IconPlayerStopFilled,
  type TablerIcon,
} from '@tabler/icons-react';

/** How something is: always shown as a colour and an icon and a word, the same everywhere. */
export type Tone = 'good' | 'warning' | 'bad' | 'unknown' | 'stale' | 'off' | 'busy';

const ICONS: Readonly<Record<Tone, TablerIcon>> = {
  good: IconCircleCheckFilled,
  warning: IconAlertTriangleFilled,
  bad: IconCircleXFilled,
  unknown: IconHelpCircleFilled,
  stale: IconClockPause,
  off: IconPlayerStopFilled,
  busy: IconLoader2,
};

/** CSS colour of a tone's text and icon; readable (4.5:1) on page and card in both themes. */
export function toneColor(tone: Tone): string {
  return `var(--ada-${tone})`;
}

/** CSS colour of a tone's faint surface. */
export function toneSurface(tone: Tone): string {
  return `var(--ada-${tone}-surface)`;
}

/** The icon of a tone; hidden from screen readers because the word beside it says the same. */
export function ToneIcon({ tone, size = 15 }: { readonly tone: Tone; readonly size?: number }) {
  const Icon = ICONS[tone] ?? IconCircleDashed;
  return (
    <Icon size={size} aria-hidden className={tone === 'busy' ? 'ada-tone-icon ada-turning' : 'ada-tone-icon'} color={toneColor(tone)} />
  );
}
