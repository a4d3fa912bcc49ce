import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleXFilled,
  IconClockPause,
  IconHelpCircleFilled,
  IconInfoCircleFilled,
  IconLoader2,
  IconPlayerStopFilled,
  type TablerIcon,
} from '@tabler/icons-react';

import type { Severity } from '../../shared/diagnosis/types.ts';

/** A state's appearance, always shown as colour, icon and word together. */
export type Tone = 'good' | 'info' | 'warning' | 'bad' | 'unknown' | 'stale' | 'off' | 'busy';

/** Severities of the diagnosis and how they are drawn. */
const TONES: Readonly<Record<Severity, Tone>> = {
  ok: 'good',
  info: 'info',
  warning: 'warning',
  critical: 'bad',
  pending: 'busy',
  off: 'off',
  stale: 'stale',
  unknown: 'unknown',
};

export const toneOf = (severity: Severity): Tone => TONES[severity];

/** The order in which tones are listed: what needs the operator first. */
export const TONE_RANK: Readonly<Record<Tone, number>> = { bad: 0, warning: 1, stale: 2, unknown: 3, info: 3, good: 4, busy: 5, off: 6 };

const ICONS: Readonly<Record<Tone, TablerIcon>> = {
  good: IconCircleCheckFilled,
  info: IconInfoCircleFilled,
  warning: IconAlertTriangleFilled,
  bad: IconCircleXFilled,
  unknown: IconHelpCircleFilled,
  stale: IconClockPause,
  off: IconPlayerStopFilled,
  busy: IconLoader2,
};

/** Information has no colour. */
const colourOf = (tone: Tone): Exclude<Tone, 'info'> => (tone === 'info' ? 'unknown' : tone);

/** CSS colour of a tone's text and icon; readable (4.5:1) on page and card in both themes. */
export function toneColor(tone: Tone): string {
  return `var(--ada-${colourOf(tone)})`;
}

/** CSS colour of a tone's faint surface. */
export function toneSurface(tone: Tone): string {
  return `var(--ada-${colourOf(tone)}-surface)`;
}

/** The icon of a tone; hidden from screen readers because the word beside it says the same. */
export function ToneIcon({ tone, size = 15 }: { readonly tone: Tone; readonly size?: number }) {
  const Icon = ICONS[tone] ?? IconCircleDashed;
  return (
    <Icon size={size} aria-hidden className={tone === 'busy' ? 'ada-tone-icon ada-turning' : 'ada-tone-icon'} color={toneColor(tone)} />
  );
}
