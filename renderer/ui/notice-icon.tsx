import { IconInfoCircle } from '@tabler/icons-react';
import type { Notice } from '../../shared/capabilities/app/contract.ts';
import { ToneIcon } from './tone.tsx';

/** The icon of a notice; information has no tone. */
export function NoticeIcon({ tone, size = 14 }: { readonly tone: Notice['tone']; readonly size?: number }) {
  if (tone === 'info') return <IconInfoCircle size={size} stroke={1.8} aria-hidden className="ada-tone-icon" />;
  return <ToneIcon tone={tone} size={size} />;
}
